using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Soak;

/// <summary>How a caller reads an answer of the gateway.</summary>
internal enum SoakReading
{
    /// <summary>Not streamed.</summary>
    Whole,

    /// <summary>Streamed, to the end.</summary>
    Stream,

    /// <summary>Streamed; the caller disconnects in the middle.</summary>
    PartOfStream,
}

/// <summary>Calls a model through the gateway for a user, and notes how each call ends.</summary>
internal sealed class SoakGateway(SoakBook book, IReadOnlyList<SoakInstance> instances, string token)
{
    private const string Path = "/api/gateway/openai/v1/chat/completions";

    private int calls;

    public async Task CallAsync(SoakReading reading, CancellationToken stopping)
    {
        var number = Interlocked.Increment(ref calls).ToString(CultureInfo.InvariantCulture);
        var body = BodyOf(number, isStreamed: reading != SoakReading.Whole);
        var instance = instances[Random.Shared.Next(instances.Count)];
        var call = new SoakCall(number, instance.Life, body.Length);
        try
        {
            using var request = SoakUser.RequestOf(HttpMethod.Post, Path, token);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Add("X-MyCoach-Metadata", $"call={number}");
            request.Headers.Add("X-MyCoach-Conversation", $"talk-{number[^1]}");
            using var answer = await instance.Http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                stopping
            );
            call.UsageId = answer.Headers.TryGetValues("X-MyCoach-Usage-Id", out var ids) ? ids.Single() : null;
            await ReadAsync(call, answer, reading, stopping);
        }
        catch (Exception broken) when (SoakUser.IsBroken(broken, stopping))
        {
            call.Ending = call.UsageId is null ? SoakEnding.Unanswered : SoakEnding.BrokenOff;
            SoakUser.NoteBroken(book, call.Life, $"Call {number}");
        }
        call.EndedAt = TimeProvider.System.GetUtcNow();
        book.Add(call);
    }

    private async Task ReadAsync(
        SoakCall call,
        HttpResponseMessage answer,
        SoakReading reading,
        CancellationToken stopping
    )
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK when reading == SoakReading.Whole:
                call.Tokens = TokensOf(JsonNode.Parse(await answer.Content.ReadAsStringAsync(stopping)));
                call.Ending = SoakEnding.Answered;
                break;
            case HttpStatusCode.OK:
                call.Ending = await ReadStreamAsync(call, answer, reading, stopping);
                break;
            case HttpStatusCode.PaymentRequired when book.Budget.Holds:
                call.Ending = SoakEnding.Refused;
                break;
            case HttpStatusCode.ServiceUnavailable:
                call.Ending = SoakEnding.Unavailable;
                break;
            default:
                book.NoteSurprise($"Call {call.Number} got {(int)answer.StatusCode}");
                break;
        }
    }

    private static async Task<SoakEnding> ReadStreamAsync(
        SoakCall call,
        HttpResponseMessage answer,
        SoakReading reading,
        CancellationToken stopping
    )
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stopping);
        using var lines = new StreamReader(stream);
        var left = reading == SoakReading.PartOfStream ? Random.Shared.Next(1, 8) : int.MaxValue;
        while (await lines.ReadLineAsync(stopping) is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                call.Tokens = TokensOf(JsonNode.Parse(line["data: ".Length..])) ?? call.Tokens;
                if (--left == 0)
                {
                    return SoakEnding.Left;
                }
            }
        }
        return SoakEnding.Answered;
    }

    private static (long, long)? TokensOf(JsonNode? answered) =>
        answered?["usage"] is { } usage ? ((long)usage["prompt_tokens"]!, (long)usage["completion_tokens"]!) : null;

    private static byte[] BodyOf(string number, bool isStreamed)
    {
        var words = string.Concat(Enumerable.Repeat(" word", Random.Shared.Next(1, 30)));
        var body = new JsonObject
        {
            ["model"] = SoakBudget.Model,
            ["service_tier"] = "default",
            ["max_completion_tokens"] = SoakBudget.OutputLimit,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = $"This is call {number}.{words}" }
            ),
        };
        if (isStreamed)
        {
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
