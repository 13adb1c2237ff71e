-- Opens the note as a person would, hovers, completes and takes a code action; writes what happened.
local out = {}

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(out) }, os.getenv("PROBE_OUT"))
  vim.cmd("qall!")
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 30000) or {}
  for _, answer in pairs(answers) do
    if answer.result then
      return answer.result
    end
  end
end

vim.cmd("edit " .. vim.fn.fnameescape(os.getenv("PROBE_NOTE")))
local get = vim.lsp.get_clients or vim.lsp.get_active_clients
out.attached = vim.wait(30000, function()
  local client = get()[1]
  return client ~= nil and client.initialized == true
end, 20)
if not out.attached then
  return finish()
end
out.cwd = get()[1].config.cmd_cwd
out.omnifunc = vim.bo.omnifunc
out.hover_key = vim.fn.maparg("K", "n") ~= "" or vim.fn.mapcheck("K", "n") ~= ""

local row, column = tonumber(os.getenv("PROBE_ROW")), tonumber(os.getenv("PROBE_COLUMN"))
vim.api.nvim_win_set_cursor(0, { row, column })
local hover = ask("textDocument/hover", vim.lsp.util.make_position_params(0, "utf-16"))
local contents = hover and hover.contents
out.hover = type(contents) == "table" and contents.value or contents

local before = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.fn.append(vim.fn.line("$"), "[[" .. os.getenv("PROBE_TYPED"))
vim.api.nvim_win_set_cursor(0, { vim.fn.line("$"), #vim.fn.getline("$") })
local found = ask("textDocument/completion", vim.lsp.util.make_position_params(0, "utf-16")) or {}
out.completion = vim.tbl_map(function(item)
  return item.label
end, found.items or found)
vim.api.nvim_buf_set_lines(0, 0, -1, false, before)

-- The list of actions is shown to a person; here the first that links is chosen.
vim.ui.select = function(items, options, choose)
  out.actions = {}
  for _, item in ipairs(items) do
    table.insert(out.actions, (options.format_item(item))) -- it returns a count as well
  end
  for i, item in ipairs(items) do
    if out.actions[i]:find("[[", 1, true) then
      return choose(item, i)
    end
  end
  choose(nil)
end
vim.api.nvim_win_set_cursor(0, { row, column })
vim.lsp.buf.code_action()
vim.wait(30000, function()
  return out.actions ~= nil
end, 20)
vim.wait(5000, function()
  return not vim.deep_equal(before, vim.api.nvim_buf_get_lines(0, 0, -1, false))
end, 20)
out.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
finish()
