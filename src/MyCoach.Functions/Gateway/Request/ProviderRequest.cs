namespace MyCoach.Gateway;

/// <summary>Fills in the request to the provider, except its key.</summary>
internal static class ProviderRequest
{
    public static void Fill(HttpRequestMessage request, GatewayCall call, HttpRequest from, string destination)
    {
        var path = from.RouteValues.Aggregate(
            call.Operation.Path,
            (path, value) =>
                path.Replace($"{{{value.Key}}}", Uri.EscapeDataString($"{value.Value}"), StringComparison.Ordinal)
        );
        request.RequestUri = new Uri($"{destination}v1/{path}{ForwardedHeaders.Query(from)}");
        ForwardedHeaders.Copy(from, request, call.Streams);
        if (request.Content is { } content)
        {
            content.Headers.ContentLength = call.Body?.SentLength ?? 0;
        }
    }
}
