namespace MyCoach.Dev;

/// <summary>What the development run prints once everything has started.</summary>
internal static class Banner
{
    public static string Of(DevelopmentOptions options)
    {
        var api = $"http://127.0.0.1:{options.Port}/api";
        return $$"""

            MyCoach is running. Its page: http://127.0.0.1:{{options.Port}}/
            Its API is at {{api}}; {{api}}/docs describes the calls.
            Requests without a token act as the user "developer". {{Providers(options)}}
            The data persists in {{options.Folder}}; --reset deletes it at the next start.

            To store a key, set a budget, record a call and read the month's cost:

              curl {{api}}/health
              curl -X PUT {{api}}/keys/anthropic -H 'Content-Type: application/json' -d '{"apiKey":"{{Key(options)}}"}'
              curl -X PATCH {{api}}/settings -H 'Content-Type: application/json' -d '{"monthlyBudgetCents":2000}'
              curl -X POST {{api}}/usage -H 'Content-Type: application/json' -d '{"provider":"anthropic","model":"claude-sonnet-4-20250514","inputTokens":1000,"outputTokens":500}'
              curl {{api}}/budget

            To call a model through the gateway with the stored key (for an SDK, use the API key "development"):

              curl {{api}}/gateway/anthropic/v1/messages -H 'Content-Type: application/json' -d '{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Hello there"}]}'

            To compare the days of the month that are over with the provider's bill:

              curl -X PUT {{api}}/billing/anthropic -H 'Content-Type: application/json' -d '{"adminKey":"{{AdminKey(
                options
            )}}"}'
              curl -X POST {{api}}/billing/anthropic/sync
              curl '{{api}}/billing/reconciliation?groupBy=model'

            Press Ctrl-C to stop.
            """;
    }

    private static string Key(DevelopmentOptions options) =>
        options.UsesRealProviders ? "YOUR-ANTHROPIC-KEY" : "sk-ant-api03-an-emulated-key";

    private static string AdminKey(DevelopmentOptions options) =>
        options.UsesRealProviders ? "YOUR-ADMIN-KEY" : "sk-ant-admin01-an-emulated-key";

    private static string Providers(DevelopmentOptions options) =>
        options.UsesRealProviders
            ? "Calls go to Anthropic and OpenAI, which charge for them."
            : $"""
                The provider emulator accepts any key that starts with
                sk-ant-api03- or sk- and does not contain "wrong". docs/emulator.md says what it answers, and how
                http://127.0.0.1:{options.EmulatorPort}/_emulator makes it fail.
                """;
}
