using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>
/// A call that can cost one cent at most, half of it for its input, and an answer that says what it did cost.
/// </summary>
public static class CappedCall
{
    public const string Path = "anthropic/v1/messages";
    public const string Model = "claude-haiku-4-5";

    // 4,000 tokens of input that may all be written to the cache, at 125 cents a million, with 1,024 of them beside the
    // body.
    private const int Bytes = 4_000 - 1_024;
    private const int OutputTokens = 1_000;

    public static string Body(bool streams = false)
    {
        var empty =
            $$$"""{"model":"{{{Model}}}","max_tokens":{{{OutputTokens}}},"stream":{{{(streams ? "true" : "false")}}},"messages":[{"role":"user","content":""}]}""";
        return empty.Insert(empty.IndexOf("\"\"", StringComparison.Ordinal) + 1, new string('x', Bytes - empty.Length));
    }

    /// <summary>A whole answer to a call that does not stream, which cost so many percent of the cent.</summary>
    public static PlannedAnswer Answer(int percent = 100) =>
        PlannedAnswer.Of(
            Encoding.UTF8.GetBytes(
                $$$$"""{"id":"msg_1","type":"message","role":"assistant","model":"{{{{Model}}}}","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":{{{{40 * percent}}}},"cache_read_input_tokens":0,"output_tokens":{{{{10 * percent}}}}}}"""
            )
        );

    /// <summary>
    /// What the first event of a stream says: the whole input, at one hundredth of a cent for two percent of the tokens
    /// that it may have.
    /// </summary>
    public static string StreamStart(int percent) =>
        $$$$"""
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"{{{{Model}}}}","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":{{{{40
                * percent}}}},"cache_read_input_tokens":0,"output_tokens":1}}}


            """;

    public static string StreamEnd(int percent) =>
        $$$$"""
            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":{{{{10
                * percent}}}}}}

            event: message_stop
            data: {"type":"message_stop"}


            """;

    /// <summary>Makes the call and gives the status and the code of a refusal.</summary>
    /// <param name="token">The text of a token to call with.</param>
    public static async Task<(HttpStatusCode Status, string? Code)> MakeAsync(GatewayUser user, string? token = null)
    {
        var (status, code, _) = await SendAsync(user, token);
        return (status, code);
    }

    /// <summary>Asks again after a refusal, until nothing is held that earlier calls may release.</summary>
    /// <param name="token">The text of a token to call with.</param>
    public static async Task<(HttpStatusCode Status, string? Code)> InsistAsync(GatewayUser user, string? token = null)
    {
        var (status, code, text) = await SendAsync(user, token);
        while (status != HttpStatusCode.OK && !text.Contains("$0.00 held for calls", StringComparison.Ordinal))
        {
            // The pause of a caller who tries again, not a wait for anything.
            await Task.Delay(200, TestContext.Current.CancellationToken);
            (status, code, text) = await SendAsync(user, token);
        }
        return (status, code);
    }

    private static async Task<(HttpStatusCode Status, string? Code, string Text)> SendAsync(
        GatewayUser user,
        string? token
    )
    {
        using var answer = await user.SendAsync(
            Path,
            Body(),
            token is null ? null : [("Authorization", $"Bearer {token}")]
        );
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (
            answer.StatusCode,
            answer.Headers.TryGetValues("X-MyCoach-Error", out var codes) ? codes.Single() : null,
            text
        );
    }

    /// <summary>Spent and reserved, in cents.</summary>
    public static async Task<(decimal Spent, decimal Reserved)> BudgetAsync(ApiClient caller, string month = "")
    {
        var budget = (await caller.GetAsync($"/api/budget{(month.Length > 0 ? $"?month={month}" : "")}")).Is(
            HttpStatusCode.OK
        );
        return ((decimal)budget["spentUsd"] * 100, (decimal)budget["reservedUsd"] * 100);
    }

    /// <summary>Waits until nothing is reserved any more, and gives what is spent by then, in cents.</summary>
    public static async Task<decimal> SettledAsync(ApiClient caller, string month = "")
    {
        var spent = 0m;
        await Eventually.HoldsAsync(async () =>
        {
            (spent, var reserved) = await BudgetAsync(caller, month);
            return reserved == 0;
        });
        return spent;
    }

    public static decimal Cents(JsonNode usage) => (decimal)usage["costUsd"]! * 100;

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Waits until the only call is at the provider and its reservation is there.</summary>
    public static async Task ReservedAsync(TestApp app) =>
        await Eventually.HoldsAsync(async () =>
            app.Emulator.Calls.Count == 1
            && (await app.RowsAsync("Usage")).Any(row =>
                row.RowKey.StartsWith("reservation_", StringComparison.Ordinal)
            )
        );
}
