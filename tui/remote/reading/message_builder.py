"""Builds the messages of a run from the pieces in which they come."""

from typing import Any

from tui.remote.agui_thread import AguiThread, Message, calls_of


class MessageBuilder:
    """Adds to the thread's messages; `flush` joins what has come."""

    def __init__(self, thread: AguiThread) -> None:
        self._thread = thread
        self._start = len(thread.messages)
        """Where this run's messages begin."""
        self._names: dict[str, str] = {}
        """Of messages whose id an earlier run has used: the id here."""
        self._texts: dict[str, list[str]] = {}
        self._arguments: dict[str, list[str]] = {}
        self.unfinished: dict[str, None] = {}
        """Calls whose arguments still come."""
        self.partial = ""
        """The id of the message whose text still comes."""

    def begin(self) -> None:
        """What is in the conversation now is not of this run."""
        self._start = len(self._thread.messages)

    def text(self, message: str, role: str, name: str | None = None) -> None:
        """A message begins; one that is there already continues."""
        message = self._name(message)
        made: Message = {"id": message, "role": role, "content": ""}
        found = self._find(message, made | ({"name": name} if name else {}))
        if not isinstance(found.get("content"), str):
            found["content"] = ""
        self._texts.setdefault(message, [found["content"]])
        self.partial = message if role == "assistant" else self.partial

    def text_grew(self, message: str, delta: str) -> None:
        if self._names.get(message) not in self._texts:
            self.text(message, "assistant")
        self._texts[self._names[message]].append(delta)

    def text_ended(self, message: str) -> None:
        if self._names.get(message) == self.partial:
            self.partial = ""

    def ended(self) -> None:
        """The server's run has ended: so have its messages."""
        self.partial = ""

    def encrypted(self, entity: str, value: str) -> None:
        """What only the server can read of a message or of a call, to be sent back."""
        for message in self._thread.messages[self._start :]:
            for one in (message, *calls_of(message)):
                if one.get("id") in (entity, self._names.get(entity)):
                    one["encryptedValue"] = value

    def call(self, tool_call: str, name: str, parent: str | None) -> None:
        if self._call(tool_call, self._start) is not None:
            return
        messages = self._thread.messages[self._start :]
        parent, owner = self._names.get(parent or "", parent), None
        if parent:
            owner = next(
                (one for one in messages if one["id"] == parent and one["role"] == "assistant"),
                None,
            )
        elif messages and messages[-1].get("role") == "assistant":
            owner = messages[-1]
        if owner is None:
            made = parent or self._name(tool_call)
            owner = self._find(made, {"id": made, "role": "assistant"})
        function = {"name": name, "arguments": ""}
        owner["toolCalls"] = [
            *calls_of(owner),
            {"id": tool_call, "type": "function", "function": function},
        ]
        self._arguments[tool_call] = []
        self.unfinished[tool_call] = None

    def arguments_grew(self, tool_call: str, delta: str) -> None:
        self._arguments.setdefault(tool_call, []).append(delta)

    def call_ended(self, tool_call: str) -> None:
        self.unfinished.pop(tool_call, None)

    def result(self, message: str, tool_call: str, content: Any) -> None:
        """The result of a call; another for the same call replaces it."""
        messages = self._thread.messages
        name = self._name(message)
        result = {"id": name, "role": "tool", "toolCallId": tool_call, "content": content}
        for index, one in enumerate(messages[self._start :], self._start):
            if one.get("role") == "tool" and one.get("toolCallId") == tool_call:
                messages[index] = result
                return
        messages.append(result)

    def activity(self, message: str, kind: str, content: Any) -> None:
        made = {"id": message, "role": "activity", "activityType": kind, "content": content}
        self._find(message, made)["content"] = content

    def activity_content(self, message: str) -> Any:
        found = next((one for one in self._thread.messages if one.get("id") == message), None)
        return None if found is None else found.get("content")

    def replace(self, messages: list[Message]) -> None:
        """The server says what the messages are."""
        self._thread.messages = messages
        users = [index for index, one in enumerate(messages) if one["role"] == "user"]
        self._start = users[-1] + 1 if users else 0
        self._names.clear()
        self._texts.clear()
        self._arguments.clear()
        self.unfinished.clear()
        self.partial = ""

    def name_of(self, tool_call: str) -> str:
        """Of the tool that a call of the conversation is to; "" if there is no such call."""
        call = self._call(tool_call)
        function = call.get("function") if call is not None else None
        return str(function.get("name") or "") if isinstance(function, dict) else ""

    def arguments_of(self, tool_call: str) -> str:
        """Of a call of the conversation."""
        call = self._call(tool_call)
        function = call.get("function") if call is not None else None
        return str(function.get("arguments") or "") if isinstance(function, dict) else ""

    def flush(self) -> None:
        """Join the pieces."""
        by_id = {one.get("id"): one for one in self._thread.messages}
        for message, pieces in self._texts.items():
            if message in by_id and len(pieces) > 1:
                by_id[message]["content"] = "".join(pieces)
                pieces[:] = [by_id[message]["content"]]
        for tool_call, pieces in self._arguments.items():
            call = self._call(tool_call) if pieces else None
            if call is not None:
                call["function"]["arguments"] = "".join(pieces)
                pieces[:] = [call["function"]["arguments"]]

    def settle(self) -> None:
        """The run has ended, in whatever way."""
        self.flush()
        self._thread.settle(tuple(self.unfinished), self.partial)
        self._texts.clear()
        self._arguments.clear()
        self.unfinished.clear()
        self.partial = ""

    def _name(self, message: str) -> str:
        """The id of a message of this run, which no earlier run has used."""
        if message not in self._names:
            used = {one.get("id") for one in self._thread.messages[: self._start]}
            name, number = message, 1
            while name in used:
                number += 1
                name = f"{message}#{number}"
            self._names[message] = name
        return self._names[message]

    def _call(self, tool_call: str, start: int = 0) -> Message | None:
        for message in reversed(self._thread.messages[start:]):
            for call in calls_of(message):
                if call.get("id") == tool_call:
                    return call
        return None

    def _find(self, message: str, made: Message) -> Message:
        """The message with this id, or a new one."""
        for one in reversed(self._thread.messages[self._start :]):
            if one.get("id") == message:
                return one
        self._thread.messages.append(made)
        return made
