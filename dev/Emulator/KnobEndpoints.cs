using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

/// <summary>The knobs over HTTP, for curl. A POST changes only the knobs that it names.</summary>
internal static class KnobEndpoints
{
    private static readonly string[] Names =
    [
        "delayMs",
        "chunkDelayMs",
        "failNext",
        "failStatus",
        "dropNext",
        "redirectNext",
        "redirectTo",
        "cutNext",
        "cutAfter",
        "gzip",
        "unlistedModels",
        "forgetNext",
        "repeatBucketNext",
        "lagSeconds",
        "amountsAsNumbers",
    ];

    private static readonly string[] Switches = ["gzip", "unlistedModels", "amountsAsNumbers"];

    public static void Map(IEndpointRouteBuilder routes, EmulatorKnobs knobs, BillingBook billing, CallLog calls)
    {
        routes.MapGet("/_emulator", http => ShowAsync(http, knobs, billing, calls));
        routes.MapPost("/_emulator", http => TurnAsync(http, knobs, billing, calls));
    }

    private static Task ShowAsync(HttpContext http, EmulatorKnobs knobs, BillingBook billing, CallLog calls)
    {
        var positions = knobs.Positions;
        return WireJson.WriteAsync(
            http,
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["delayMs"] = knobs.Delay.TotalMilliseconds,
                ["chunkDelayMs"] = knobs.ChunkDelay.TotalMilliseconds,
                ["failNext"] = positions.Failures,
                ["failStatus"] = positions.FailStatus,
                ["dropNext"] = positions.Drops,
                ["redirectNext"] = positions.Redirects,
                ["redirectTo"] = positions.RedirectTo?.ToString(),
                ["cutNext"] = positions.Cuts,
                ["cutAfter"] = positions.CutAfter,
                ["gzip"] = knobs.Gzip ? 1 : 0,
                ["unlistedModels"] = knobs.UnlistedModels ? 1 : 0,
                ["forgetNext"] = billing.Forgotten,
                ["repeatBucketNext"] = billing.RepeatedPages,
                ["lagSeconds"] = billing.Lag.TotalSeconds,
                ["amountsAsNumbers"] = billing.AmountsAsNumbers ? 1 : 0,
                ["calls"] = calls.Count,
                ["billedCalls"] = billing.Calls.Count,
            }
        );
    }

    private static async Task TurnAsync(HttpContext http, EmulatorKnobs knobs, BillingBook billing, CallLog calls)
    {
        var body = await RequestBody.TryReadAsync(http.Request);
        var error = body is null ? "The body must be a JSON object." : TryTurn(body, knobs, billing);
        if (error is null)
            await ShowAsync(http, knobs, billing, calls);
        else
            await WireJson.WriteAsync(http, StatusCodes.Status400BadRequest, new JsonObject { ["error"] = error });
    }

    private static string? TryTurn(RequestBody body, EmulatorKnobs knobs, BillingBook billing)
    {
        if (body.Names.Except(Names).FirstOrDefault() is { } unknown)
            return $"There is no knob '{unknown}'. The knobs are {string.Join(", ", Names)}.";
        if (body.Names.FirstOrDefault(name => name is not "redirectTo" && body.Count(name) is null) is { } malformed)
            return $"{malformed} must be a whole number.";
        if (body.Has("redirectNext") && !Uri.TryCreate(body.Text("redirectTo"), UriKind.Absolute, out _))
            return "redirectTo must be an absolute URL.";
        foreach (var name in Switches)
        {
            if (body.Count(name) is < 0 or > 1)
                return $"{name} must be 0 or 1.";
        }
        try
        {
            Turn(body, knobs);
            Turn(body, billing);
            return null;
        }
        catch (ArgumentOutOfRangeException e)
        {
            return e.Message;
        }
    }

    private static void Turn(RequestBody body, BillingBook billing)
    {
        if (body.Count("forgetNext") is { } forgotten)
            billing.ForgetNext(forgotten);
        if (body.Count("repeatBucketNext") is { } pages)
            billing.RepeatBucketNext(pages);
        if (body.Count("lagSeconds") is { } lag)
            billing.Lag = TimeSpan.FromSeconds(lag);
        if (body.Count("amountsAsNumbers") is { } numbers)
            billing.AmountsAsNumbers = numbers == 1;
    }

    private static void Turn(RequestBody body, EmulatorKnobs knobs)
    {
        var positions = knobs.Positions;
        if (body.Count("delayMs") is { } delay)
            knobs.Delay = TimeSpan.FromMilliseconds(delay);
        if (body.Count("chunkDelayMs") is { } chunkDelay)
            knobs.ChunkDelay = TimeSpan.FromMilliseconds(chunkDelay);
        if (body.Has("failNext") || body.Has("failStatus"))
            knobs.FailNext(
                body.Count("failNext") ?? positions.Failures,
                body.Count("failStatus") ?? positions.FailStatus
            );
        if (body.Count("dropNext") is { } drops)
            knobs.DropNext(drops);
        if (body.Has("cutNext") || body.Has("cutAfter"))
            knobs.CutNext(body.Count("cutNext") ?? positions.Cuts, body.Count("cutAfter") ?? positions.CutAfter);
        if (body.Count("gzip") is { } gzip)
            knobs.Gzip = gzip == 1;
        if (body.Count("unlistedModels") is { } unlisted)
            knobs.UnlistedModels = unlisted == 1;
        if (
            body.Count("redirectNext") is { } redirects
            && (body.Text("redirectTo") ?? positions.RedirectTo?.OriginalString) is { } target
        )
            knobs.RedirectNext(redirects, new Uri(target));
    }
}
