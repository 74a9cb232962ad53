namespace MyCoach.Tests.Input;

/// <summary>Settings, agents and provider keys.</summary>
public sealed partial class BadInputTests
{
    private static readonly string[] BadBudgets =
    [
        "-1",
        "1.5",
        "1e3",
        "\"5\"",
        "true",
        "100000000001",
        "9223372036854775808",
    ];

    [Fact]
    public async Task Each_setting_has_its_bounds()
    {
        await RefusesAsync("PATCH", "/api/settings", "{}", "monthlyBudgetCents", BadBudgets);
        await RefusesAsync(
            "PATCH",
            "/api/settings",
            "{}",
            "defaultModel",
            [.. BadTexts, Text('a', 129), Text('ä', 65)]
        );
        await RefusesAsync("PATCH", "/api/settings", "{}", "budgetMode", ["\"soft\"", "\"Strict\"", "\"\"", "1", "[]"]);
        await RefusesAsync("PATCH", "/api/settings", "{}", "allowUnpricedModels", ["\"true\"", "1", "0", "[]"]);
        await RefusesAsync(
            "PATCH",
            "/api/settings",
            "{}",
            "alertThresholds",
            ["50", "\"50\"", "{}", "[0]", "[-1]", "[101]", "[50,80,50]"]
        );
        await RefusesAsync(
            "PATCH",
            "/api/settings",
            "{}",
            "alertThresholds",
            [$"[{string.Join(',', Enumerable.Range(1, 11))}]"]
        );
        // A list's element is blamed by its place.
        foreach (var element in new[] { "\"50\"", "50.5", "5e1", "null", "[50]", "99999999999" })
        {
            (await SendAsync("PATCH", "/api/settings", $$"""{"alertThresholds":[80,{{element}}]}""")).Blames(
                "alertThresholds[1]"
            );
        }
        await AssertNothingIsWrittenAsync();
    }

    [Fact]
    public async Task Each_field_of_an_agent_has_its_bounds()
    {
        const string Path = "/api/agents/coach";
        await RefusesAsync(
            "PUT",
            Path,
            """{"name":"Coach"}""",
            "name",
            [.. BadTexts, "null", "", Text('a', 201), Text('ä', 101)]
        );
        await RefusesAsync(
            "PUT",
            Path,
            """{"name":"Coach"}""",
            "preferredModel",
            [.. BadTexts, Text('a', 129), Text('ä', 65)]
        );
        await AssertNothingIsWrittenAsync();
    }

    [Fact]
    public async Task An_impossible_key_is_refused_without_a_call()
    {
        foreach (var provider in new[] { "anthropic", "openai" })
        {
            string[] keys =
            [
                .. BadTexts,
                "null",
                "",
                "\"sk-1234\"",
                Text('s', 513),
                "\"sk-good key-0001\"",
                "\"sk-good\\u00a0key-0001\"",
                "\"sk-güte-schlüssel\"",
                "\"sk-good-key-\\u007f0001\"",
                "\"sk-ant-admin01-good-key\"",
                "\"sk-admin-good-key-0001\"",
            ];
            // Each provider refuses its own admin keys; the other's is any wrong key there.
            var others = provider == "anthropic" ? "sk-admin" : "sk-ant-admin";
            await RefusesAsync(
                "PUT",
                $"/api/keys/{provider}",
                "{}",
                "apiKey",
                keys.Where(key => !key.Contains(others, StringComparison.Ordinal))
            );
        }
        Assert.Empty(shared.App.Emulator.Calls);
        Assert.DoesNotContain(shared.App.Logs.Lines, line => line.Contains("good-key", StringComparison.Ordinal));
        await AssertNothingIsWrittenAsync();
    }
}
