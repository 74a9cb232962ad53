using System.Text;
using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Bounds;

/// <summary>Request bodies, and the upper bound that the rules give them.</summary>
internal static class BoundedRequest
{
    public const string Chat = "openai/v1/chat/completions";
    public const string Responses = "openai/v1/responses";
    public const string Embeddings = "openai/v1/embeddings";
    public const string Messages = "anthropic/v1/messages";

    /// <summary>Tokens that a provider may add to a prompt.</summary>
    public const int Overhead = 1024;

    // Input: 125 where it is written to the cache, 200 where for an hour. Output: 500. The model takes 200,000 tokens.
    public const string Haiku = "claude-haiku-4-5";

    private static readonly BoundRules Rules = new(ModelCatalogue.Embedded, new FreeBetas([]));

    public static string Ask(string content, string more = "") =>
        $$$"""{"model":"{{{Haiku}}}","max_tokens":100,"stream":true,{{{more}}}"messages":[{"role":"user","content":{{{content}}}}]}""";

    // Priority is the dearest tier and costs 25 and 100. The model takes 128,000 tokens.
    public static string AskOpenAi(string content, string more = "") =>
        $$$"""{"model":"gpt-4o-mini","max_completion_tokens":100,"stream":true,{{{more}}}"messages":[{"role":"user","content":{{{content}}}}]}""";

    public static string Respond(string input, string more = "") =>
        $$$"""{"model":"gpt-4o-mini","max_output_tokens":100,"stream":true,{{{more}}}"input":{{{input}}}}""";

    /// <summary>In millionths of a cent, so that a token costs its rate in cents per million tokens.</summary>
    public static decimal BoundOf(string path, string body, string? address = null, long? earlierTokens = null)
    {
        var region = address is null ? null : ProviderRegion.Of(new Uri(address));
        var factors = Read(path, body) with { Region = region, EarlierTokens = earlierTokens };
        var (bound, fault) = Rules.Of(OperationOf(path).Provider, factors, TestApp.Noon);
        Assert.Null(fault);
        return (decimal)bound!.Amount.Value / 10_000;
    }

    public static (CostBound? Bound, MissingBound? Fault) Evaluate(string path, string body, string? betas = null) =>
        Rules.Of(OperationOf(path).Provider, Read(path, body, betas), TestApp.Noon);

    public static CostFactors Read(string path, string body, string? betas = null)
    {
        var json = new JsonCursor(Encoding.UTF8.GetBytes(body));
        var factors = new CostFactorsReader(OperationOf(path));
        json.Begin();
        while (json.NextMember())
        {
            factors.Read(ref json);
        }
        return factors.Result(Encoding.UTF8.GetByteCount(body), json.CachesForAnHour, betas);
    }

    private static Operation OperationOf(string path) =>
        Operation.All.Single(operation =>
            operation.IsMetered && path == $"{operation.Provider.Id}/v1/{operation.Path}"
        );
}
