using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>Finds the operation that a call to an unknown address probably means, such as one with a wrong base URL.</summary>
internal static class AddressHint
{
    // What a base URL has too much of, or in the wrong place.
    private static readonly string[] Noise = ["", "v1", "api", "gateway", .. Provider.All.Select(one => one.Id)];

    /// <summary>The refusal of an address, with the right one if it can be found.</summary>
    public static Refusal Refuse(HttpRequest request)
    {
        var operation = Find(request);
        var hint = operation is null
            ? "The base URLs are /api/gateway/openai/v1 and, for SDKs of Anthropic, /api/gateway/anthropic."
            : $"It forwards {operation.Method} {GatewayEndpoints.Root}/{operation.Provider.Id}/v1/{operation.Path}. "
                + $"Set the base URL to end in {BaseOf(operation.Provider)}.";
        return Refusal.NotSupported($"{request.Method} {request.Path}", hint);
    }

    /// <summary>The provider that the address names; null if it names none.</summary>
    public static Provider? ProviderOf(HttpRequest request) =>
        Provider.All.FirstOrDefault(provider =>
            request.Path.StartsWithSegments(
                $"{GatewayEndpoints.Root}/{provider.Id}",
                StringComparison.OrdinalIgnoreCase
            )
        );

    /// <summary>The operation that the address means; null if it looks like none.</summary>
    public static Operation? Find(HttpRequest request)
    {
        var rest = WithoutNoise((request.Path.Value ?? "").Split('/'));
        // A base URL may already end in an operation.
        var repeated = Operation.All.FirstOrDefault(operation =>
            rest.Length > SegmentsOf(operation).Length
            && Matches(operation, rest[..SegmentsOf(operation).Length])
            && Operation.All.Any(other => Matches(other, WithoutNoise(rest[SegmentsOf(operation).Length..])))
        );
        var meant = repeated is null ? rest : WithoutNoise(rest[SegmentsOf(repeated).Length..]);
        return Operation
            .All.Where(operation => Matches(operation, meant))
            .OrderByDescending(operation => operation.Provider == ProviderOf(request))
            .ThenByDescending(operation => operation.Method == request.Method)
            .FirstOrDefault();
    }

    private static string BaseOf(Provider provider) =>
        provider == Provider.OpenAi
            ? $"{GatewayEndpoints.Root}/{provider.Id}/v1"
            : $"{GatewayEndpoints.Root}/{provider.Id}";

    private static string[] WithoutNoise(string[] segments) =>
        [.. segments.SkipWhile(segment => Noise.Contains(segment, StringComparer.OrdinalIgnoreCase))];

    private static bool Matches(Operation operation, string[] segments) =>
        SegmentsOf(operation) is var pattern
        && pattern.Length == segments.Length
        && pattern
            .Zip(segments)
            .All(pair =>
                pair.First.StartsWith('{') || string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase)
            );

    private static string[] SegmentsOf(Operation operation) => operation.Path.Split('/');
}
