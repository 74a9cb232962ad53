namespace MyCoach.Providers;

/// <summary>A call of a provider's API that the gateway forwards. What is not listed here never reaches a provider.</summary>
/// <param name="Path">Below <c>/v1/</c>, as a route pattern.</param>
/// <param name="Name">What the call does, as OpenTelemetry's conventions call it; null for a call that costs nothing.</param>
internal sealed record Operation(Provider Provider, string Method, string Path, string? Name = null)
{
    public const string Chat = "chat";
    public const string Embeddings = "embeddings";

    public static readonly IReadOnlyList<Operation> All =
    [
        new(Provider.OpenAi, HttpMethods.Post, "chat/completions", Chat) { OutputLimits = ["max_completion_tokens", "max_tokens"] },
        new(Provider.OpenAi, HttpMethods.Post, "responses", Chat) { OutputLimits = ["max_output_tokens"] },
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

    /// <summary>The members of a body that limit how much is generated; the first is the one to set.</summary>
    public IReadOnlyList<string> OutputLimits { get; private init; } = [];

    public bool IsMetered => Name is not null;

    public bool TakesBody => Method == HttpMethods.Post;

    /// <summary>Whether the provider states the usage of a stream only where it is asked to.</summary>
    public bool StatesUsageOnRequest => Path == "chat/completions";
}
