namespace MyCoach.Bounds;

/// <summary>What the providers' requests are made of, as far as it tells whether all of the input stands in the body as text.</summary>
internal static class KnownContent
{
    // Members that name what the provider keeps, or that nobody here knows, are not in this list: then the input can be more than the body holds.
    public static readonly HashSet<string> KnownMembers = new(StringComparer.Ordinal)
    {
        // All
        "model",
        "input",
        "messages",
        "metadata",
        "service_tier",
        "stop",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_p",
        "user",
        // OpenAI
        "audio",
        "background",
        "dimensions",
        "encoding_format",
        "frequency_penalty",
        "function_call",
        "functions",
        "include",
        "instructions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_output_tokens",
        "max_tool_calls",
        "modalities",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "store",
        "text",
        "top_logprobs",
        "truncation",
        "verbosity",
        "web_search_options",
        // Anthropic
        "cache_control",
        "container",
        "context_management",
        "inference_geo",
        "max_tokens",
        "mcp_servers",
        "output_config",
        "output_format",
        "speed",
        "stop_sequences",
        "system",
        "thinking",
        "top_k",
    };

    // Parts of a conversation that stand in the body, in text, or in a signed or encrypted form that is longer than the text.
    public static readonly HashSet<string> InlineParts = new(StringComparer.Ordinal)
    {
        // OpenAI
        "message",
        "text",
        "input_text",
        "output_text",
        "summary_text",
        "reasoning_text",
        "refusal",
        "reasoning",
        "function",
        "custom",
        "function_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "local_shell_call",
        "local_shell_call_output",
        "apply_patch_call",
        "apply_patch_call_output",
        // Anthropic
        "tool_use",
        "tool_result",
        "thinking",
        "redacted_thinking",
        "search_result",
        "document",
        "content",
        "compaction",
    };

    // What a model wrote to its tools, and remarks about a text, hold no parts of the conversation.
    public static readonly IReadOnlyList<string> Opaque =
    [
        "input",
        "arguments",
        "caller",
        "action",
        "operation",
        "annotations",
        "citations",
        "cache_control",
        "logprobs",
    ];
}
