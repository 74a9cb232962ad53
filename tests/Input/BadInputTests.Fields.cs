using System.Net;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Input;

/// <summary>The bounds of each field of a body.</summary>
public sealed partial class BadInputTests
{
    private const string Usage = """
        {"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"conversationId":"c","agentId":"a"}
        """;

    private static readonly string[] BadTexts =
    [
        "5",
        "\"\"",
        "\" \"",
        "\"a\\u0000b\"",
        "\"a\\tb\"",
        "\"a\\nb\"",
        "\"a\\u0085b\"",
        "\"\\ud800\"",
    ];
    private static readonly string[] BadIds =
    [
        "5",
        "\"\"",
        "\"a b\"",
        "\"a/b\"",
        "\"a\\\\b\"",
        "\"a%b\"",
        "\"a#b\"",
        "\"ä\"",
        "\"a\\n\"",
        "\"a\\u0000\"",
        Text('a', 129),
    ];
    private static readonly string[] BadCounts =
    [
        "-1",
        "10000001",
        "1.5",
        "1.0",
        "1e3",
        "\"5\"",
        "true",
        "[1]",
        "9223372036854775808",
        "1e400",
    ];

    [Fact]
    public async Task Each_field_of_an_event_has_its_bounds()
    {
        foreach (var field in new[] { "id", "conversationId", "agentId" })
        {
            await RefusesAsync("POST", "/api/usage", Usage, field, BadIds);
        }
        foreach (var field in new[] { "inputTokens", "outputTokens", "cachedInputTokens", "cacheWriteTokens" })
        {
            await RefusesAsync("POST", "/api/usage", Usage, field, BadCounts);
        }
        foreach (
            var field in new[]
            {
                "cacheWrite1hTokens",
                "cacheWrite12hTokens",
                "audioInputTokens",
                "audioOutputTokens",
                "webSearches",
                "webSearchPreviews",
                "fileSearches",
                "codeInterpreterSessions",
                "images",
                "imageTextInputTokens",
                "imageInputTokens",
                "imageOutputTokens",
            }
        )
        {
            await RefusesAsync("POST", "/api/usage", Usage, field, BadCounts);
        }
        foreach (var field in new[] { "serviceTier", "speed", "geography", "imageQuality", "imageSize" })
        {
            await RefusesAsync("POST", "/api/usage", Usage, field, [.. BadTexts, Text('a', 65), Text('ä', 33)]);
        }
        await RefusesAsync("POST", "/api/usage", Usage, "imageModel", [.. BadTexts, Text('a', 129)]);
        await RefusesAsync("POST", "/api/usage", Usage, "inputTokens", ["null", ""]);
        await RefusesAsync("POST", "/api/usage", Usage, "outputTokens", ["null", ""]);
        await RefusesAsync(
            "POST",
            "/api/usage",
            Usage,
            "model",
            [.. BadTexts, "null", "", Text('a', 129), Text('ä', 65)]
        );
        await RefusesAsync(
            "POST",
            "/api/usage",
            Usage,
            "provider",
            [.. BadTexts, "null", "", "\"azure\"", "\"OpenAI\"", "\"openai \""]
        );
        await RefusesAsync("POST", "/api/usage", Usage, "createdAt", ["5", "\"\"", "\"yesterday\"", "{}"]);
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [InlineData(10, 11, 0)]
    [InlineData(10, 0, 11)]
    [InlineData(10, 6, 5)]
    [InlineData(0, 0, 1)]
    [InlineData(10_000_000, 10_000_000, 1)]
    public async Task More_cached_tokens_than_input_tokens_are_refused(long input, long cached, long written)
    {
        var body = JsonNode.Parse(Usage)!;
        (body["inputTokens"], body["cachedInputTokens"], body["cacheWriteTokens"]) = (input, cached, written);
        (await SendAsync("POST", "/api/usage", body.ToJsonString())).Blames("inputTokens");
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [InlineData(10, 11, 0)]
    [InlineData(10, 0, 11)]
    [InlineData(10, 6, 5)]
    [InlineData(0, 0, 1)]
    public async Task More_lasting_cache_writes_than_cache_writes_are_refused(long written, long hour, long half)
    {
        var body = JsonNode.Parse(Usage)!;
        (body["inputTokens"], body["cacheWriteTokens"]) = (100, written);
        (body["cacheWrite1hTokens"], body["cacheWrite12hTokens"]) = (hour, half);
        (await SendAsync("POST", "/api/usage", body.ToJsonString())).Blames("cacheWriteTokens");
        await AssertNothingIsWrittenAsync();
    }

    [Fact]
    public async Task The_bounds_themselves_are_allowed()
    {
        var body = JsonNode.Parse(Usage)!;
        (body["inputTokens"], body["cachedInputTokens"], body["cacheWriteTokens"]) = (10_000_000, 4_000_000, 6_000_000);
        (body["id"], body["conversationId"], body["agentId"], body["model"]) = (
            new string('a', 128),
            "._:-",
            "A-Z",
            new string('ä', 64)
        );
        var recorded = (await Ann.PostAsync("/api/usage", body)).Is(HttpStatusCode.Created);
        (await Ann.GetAsync(recorded.Headers.Location!.ToString())).Is(HttpStatusCode.OK);

        int[] ten = [.. Enumerable.Range(91, 10)];
        (await Ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 100_000_000_000, alertThresholds = ten })).Is(
            HttpStatusCode.OK
        );
        (
            await Ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 0, alertThresholds = Array.Empty<int>() })
        ).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task All_errors_are_reported_together()
    {
        var answer = await SendAsync(
            "POST",
            "/api/usage",
            """{"id":"a b","provider":"azure","inputTokens":-1,"outputTokens":1}"""
        );
        Assert.Equal(
            ["id", "inputTokens", "model", "provider"],
            answer.IsProblem(400, "invalid_request")["errors"].AsObject().Select(error => error.Key).Order()
        );
    }

    /// <param name="values">As JSON; an empty one removes the member.</param>
    private async Task RefusesAsync(string method, string path, string body, string field, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            var answer = (await SendAsync(method, path, Break(body, field, value))).Blames(field);
            Assert.False(
                value.Length > 12 && answer.Text.Contains(value.Trim('"'), StringComparison.Ordinal),
                "The value is repeated."
            );
        }
    }

    /// <summary>
    /// The body with this member, or without it if the value is empty. By hand, because a JSON library would correct
    /// some values.
    /// </summary>
    private static string Break(string body, string field, string value)
    {
        var broken = JsonNode.Parse(body)!.AsObject();
        broken.Remove(field);
        var members = broken.Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}");
        return $"{{{string.Join(',', value.Length == 0 ? members : members.Prepend($"\"{field}\":{value}"))}}}";
    }

    private static string Text(char character, int length) => $"\"{new string(character, length)}\"";
}
