"""The protocol with every request answered: pygls drops those that it cannot read."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol


class Answering(LanguageServerProtocol):
    """Refuses requests whose parameters do not fit, and those that come after a shutdown.

    A client that gets no answer waits for one, some of them with the editor standing still.
    """

    def structure_message(self, data: dict[str, Any]) -> Any:
        """What a message is.

        Raises:
            JsonRpcException: it does not fit its method; a request has been refused by then.
        """
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def handle_message(self, message: Any) -> None:
        """Answer a request, heed a notification."""
        if self._shutdown and hasattr(message, "id") and hasattr(message, "method"):
            code = lsp.ErrorCodes.InvalidRequest
            error = lsp.ResponseError(code, "The server was told to shut down.")
            self._send_response(message.id, error=error)
            return
        super().handle_message(message)
