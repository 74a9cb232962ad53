namespace MyCoach.Providers;

/// <summary>
/// A provider operation that the gateway forwards. It forwards no others. A metered one with a new answer format also
/// needs a meter (Metering), and fields that affect its cost (Bounds).
/// </summary>
/// <param name="Path">A route pattern below <c>/v1/</c>.</param>
/// <param name="Name">The operation name of OpenTelemetry's conventions; null if the operation is free.</param>
internal sealed record Operation(Provider Provider, string Method, string Path, string? Name = null)
{
    public const string Chat = "chat";
    public const string TextCompletion = "text_completion";
    public const string Embeddings = "embeddings";

    public static readonly IReadOnlyList<Operation> All =
    [
        new(Provider.OpenAi, HttpMethods.Post, "chat/completions", Chat)
        {
            OutputLimits = ["max_completion_tokens", "max_tokens"],
        },
        new(Provider.OpenAi, HttpMethods.Post, "responses", Chat)
        {
            OutputLimits = ["max_output_tokens"],
            ToolLimit = "max_tool_calls",
        },
        new(Provider.OpenAi, HttpMethods.Post, "responses/compact", Chat),
        new(Provider.OpenAi, HttpMethods.Post, "responses/input_tokens"),
        new(Provider.OpenAi, HttpMethods.Post, "completions", TextCompletion)
        {
            OutputLimits = ["max_tokens"],
            DefaultOutputLimit = 16,
        },
        new(Provider.OpenAi, HttpMethods.Post, "embeddings", Embeddings),
        new(Provider.OpenAi, HttpMethods.Post, "moderations"),
        new(Provider.OpenAi, HttpMethods.Get, "models"),
        new(Provider.OpenAi, HttpMethods.Get, "models/{id}"),
        new(Provider.OpenAi, HttpMethods.Get, "responses/{id}"),
        new(Provider.OpenAi, HttpMethods.Delete, "responses/{id}"),
        new(Provider.OpenAi, HttpMethods.Get, "responses/{id}/input_items"),
        new(Provider.Anthropic, HttpMethods.Post, "messages", Chat) { OutputLimits = ["max_tokens"] },
        new(Provider.Anthropic, HttpMethods.Post, "messages/count_tokens"),
        new(Provider.Anthropic, HttpMethods.Get, "models"),
        new(Provider.Anthropic, HttpMethods.Get, "models/{id}"),
    ];

    /// <summary>The request fields that limit the output tokens. To set a limit, use the first.</summary>
    public IReadOnlyList<string> OutputLimits { get; private init; } = [];

    /// <summary>
    /// The output limit that the provider documents for requests without one; null if it is the model's.
    /// </summary>
    public long? DefaultOutputLimit { get; private init; }

    /// <summary>
    /// The request field that limits the uses of all tools that the provider runs; null if the operation has none.
    /// </summary>
    public string? ToolLimit { get; private init; }

    /// <summary>Whether the model generates text, rather than embedding vectors.</summary>
    public bool Generates => Name is Chat or TextCompletion;

    public bool IsMetered => Name is not null;

    public bool TakesBody => Method == HttpMethods.Post;

    /// <summary>Whether the provider stores answers, so that later calls can refer to them.</summary>
    public bool StoresAnswer => Path == "responses" && TakesBody;

    /// <summary>Whether the provider reports the usage of a stream only if the request asks for it.</summary>
    public bool StatesUsageOnRequest => Path is "chat/completions" or "completions";
}
