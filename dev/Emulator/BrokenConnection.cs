using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev.Emulator;

/// <summary>An answer that ends where its client cannot take it for whole.</summary>
internal static class BrokenConnection
{
    // A reset overtakes what the receiver's system has not taken yet. On the machine's own clock: nothing tells us when it has.
    private static readonly TimeSpan ArrivalTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Lets arrive what was flushed, and resets.</summary>
    public static async Task ResetAsync(HttpContext http)
    {
        await Task.Delay(ArrivalTime, TimeProvider.System, http.RequestAborted);
        ResetAtOnce(http);
    }

    public static void ResetAtOnce(HttpContext http)
    {
        http.Abort();
        http.Features.GetRequiredFeature<EmulatedCall>().End(answeredInFull: false);
    }
}
