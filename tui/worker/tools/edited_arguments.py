"""Arguments that a person has changed before a tool call was approved."""

import json
from typing import Any

from agents import FunctionTool
from agents.items import ToolApprovalItem
from jsonschema import SchemaError, ValidationError, validators


async def unfit(item: ToolApprovalItem, arguments: str, context: Any) -> str:
    """Why a call cannot be made with these arguments; "" if it can."""
    tools = await item.agent.get_all_tools(context)
    named = [tool for tool in tools if tool.name == item.tool_name]
    tool = next((tool for tool in named if isinstance(tool, FunctionTool)), None)
    if tool is None:
        return f"the arguments of {item.tool_name} cannot be changed"
    try:
        given = json.loads(arguments)
    except ValueError as error:
        return f"the arguments are not JSON: {error}"
    schema = tool.params_json_schema
    try:
        validators.validator_for(schema)(schema).validate(given)
    except ValidationError as error:
        return f"the arguments do not fit: {error.json_path}: {error.message}"
    except SchemaError:
        # The tool checks them itself.
        return ""
    return ""
