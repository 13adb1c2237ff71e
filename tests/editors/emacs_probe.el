;;; Opens the note as a person would, hovers, completes and takes a code action; writes what happened.
;;; -*- lexical-binding: t -*-
(require 'json)
(require 'cl-lib)

(defvar probe-out nil)

(defun probe-say (key value)
  (push (cons key value) probe-out))

(defun probe-finish ()
  (with-temp-file (getenv "PROBE_OUT")
    (set-buffer-file-coding-system 'utf-8)
    (insert (json-encode probe-out)))
  (kill-emacs 0))

(defun probe-string (contents)
  (if (stringp contents) contents (plist-get contents :value)))

(setq enable-local-variables nil
      eglot-sync-connect 60
      eglot-connect-timeout 120
      eglot-confirm-server-initiated-edits nil)
(condition-case problem
    (progn
      (find-file (getenv "PROBE_NOTE"))
      (probe-say 'mode (symbol-name major-mode))
      (unless (eglot-managed-p)
        ;; eglot-ensure waits for a command loop, which a batch has none of.
        (apply #'eglot (eglot--guess-contact)))
      (let ((server (eglot-current-server)))
        (probe-say 'attached (and server t))
        (goto-char (point-min))
        (forward-line 2)
        (let ((place (eglot--TextDocumentPositionParams)))
          (probe-say 'hover
                     (probe-string
                      (plist-get (jsonrpc-request server :textDocument/hover place) :contents))))
        (goto-char (point-max))
        (insert "[[" (getenv "PROBE_TYPED"))
        (eglot--signal-textDocument/didChange)
        (let* ((bounds (eglot-completion-at-point))
               (table (nth 2 bounds)))
          (probe-say 'completion
                     (vconcat (all-completions
                               (buffer-substring-no-properties (nth 0 bounds) (nth 1 bounds))
                               table))))
        (delete-region (line-beginning-position) (line-end-position))
        (eglot--signal-textDocument/didChange)
        (goto-char (point-min))
        (forward-line 2)
        (let* ((actions (eglot-code-actions (point) (point)))
               (link (cl-find-if (lambda (x) (string-prefix-p "link" (plist-get x :title)))
                                 actions)))
          (probe-say 'actions (vconcat (mapcar (lambda (x) (plist-get x :title)) actions)))
          (eglot--apply-workspace-edit (plist-get link :edit)))
        (probe-say 'lines (vconcat (split-string (buffer-string) "\n")))))
  (error (probe-say 'error (error-message-string problem))))
(probe-finish)
