using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>A member of the wrong JSON type is named, with the type that it must have.</summary>
public sealed class WrongTypeTests(LocalParts parts)
{
    [Theory]
    [InlineData("PATCH", "/api/settings", """{"monthlyBudgetCents":"5"}""", "monthlyBudgetCents", "a whole number")]
    [InlineData("PATCH", "/api/settings", """{"monthlyBudgetCents":1.5}""", "monthlyBudgetCents", "a whole number")]
    [InlineData("PATCH", "/api/settings", """{"monthlyBudgetCents":1e30}""", "monthlyBudgetCents", "a whole number")]
    [InlineData("PATCH", "/api/settings", """{"defaultModel":5}""", "defaultModel", "a string")]
    [InlineData("PATCH", "/api/settings", """{"allowUnpricedModels":"yes"}""", "allowUnpricedModels", "true or false")]
    [InlineData("PATCH", "/api/settings", """{"alertThresholds":50}""", "alertThresholds", "a list")]
    [InlineData("PATCH", "/api/settings", """{"alertThresholds":["a"]}""", "alertThresholds[0]", "a whole number")]
    [InlineData("PUT", "/api/agents/coach", """{"name":["Coach"]}""", "name", "a string")]
    [InlineData("PUT", "/api/keys/openai", """{"apiKey":{"a":1}}""", "apiKey", "a string")]
    [InlineData("POST", "/api/usage", """{"createdAt":5}""", "createdAt", "RFC 3339")]
    [InlineData("POST", "/api/usage", """{"createdAt":"yesterday"}""", "createdAt", "RFC 3339")]
    [InlineData("POST", "/api/usage", """{"inputTokens":true}""", "inputTokens", "a whole number")]
    [InlineData(
        "POST",
        "/api/usage",
        """{"events":[{"inputTokens":"1"}]}""",
        "events[0].inputTokens",
        "a whole number"
    )]
    [InlineData("POST", "/api/usage", """{"events":[5]}""", "events[0]", "a JSON object")]
    [InlineData("POST", "/api/usage", """{"events":5}""", "events", "a list")]
    [InlineData("PATCH", "/api/settings", "[]", "body", "a JSON object")]
    [InlineData("PATCH", "/api/settings", "5", "body", "a JSON object")]
    public async Task Wrong_types_are_named(string method, string path, string body, string field, string expected)
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = (await app.As("ann").SendAsync(new HttpMethod(method), path, body)).Blames(field);
        Assert.StartsWith(
            $"must be {expected}",
            ((string?)answer["errors"][field]![0])!.Replace("an RFC", "RFC", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }
}
