using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>A provider that repeats the caller's key. The caller gets it masked, and all else unchanged.</summary>
public sealed partial class RepeatedKeyTests(LocalParts parts)
{
    private const string Path = "/api/gateway/openai/v1/chat/completions";
    private const string Key = GatewayUser.OpenAiKey;
    private const string Masked = ".................0001";
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""";
    private const string Filler = "\"type\":\"some_error\",\"param\":null";

    public static TheoryData<int> Statuses => [400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 529];

    private static readonly string[] Errors =
    [
        $$$"""{"error":{"message":"{{{Key}}} is not allowed",{{{Filler}}}}}""",
        $$$"""{"error":{{{{Filler}}},"message":"Authorization: Bearer {{{Key}}}","code":"{{{Key}}}"},"more":"text"}""",
        $$$"""{"error":{{{{Filler}}},"message":"your key is {{{Key}}}"}}""",
        $"{Key} is not allowed",
        $"<html>{Key}</html>",
        $"not allowed: {Key}",
        Key,
    ];

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task An_error_masks_the_key(int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var statesLength in new[] { true, false })
        {
            foreach (var error in Errors)
            {
                var answer = await AskAsync(ann, Plan(error, status, statesLength: statesLength));
                Assert.Equal(status, (int)answer.Status);
                Assert.Equal(status == 401 ? answer.Text : error.Replace(Key, Masked), answer.Text);
                Assert.DoesNotContain(Key, answer.All, StringComparison.Ordinal);
                Assert.Equal(statesLength || status == 401 ? answer.Text.Length : null, answer.Length);
            }
        }
        Assert.Empty(await ann.EventsAsync());
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_compressed_error_with_the_key_is_sent_decompressed_and_masked(int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var error in Errors)
        {
            var answer = await AskAsync(ann, Pack(error, status, pieceSize: 9));
            Assert.Equal(status, (int)answer.Status);
            Assert.Empty(answer.Encoding);
            Assert.Equal(status == 401 ? answer.Text : error.Replace(Key, Masked), answer.Text);
            Assert.DoesNotContain(Key, answer.All, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_compressed_answer_without_the_key_is_sent_as_it_came()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var status in new[] { 200, 400 })
        {
            foreach (var length in new[] { 0, 100, 300_000 })
            {
                var packed = AnswerSample.Pack(Random(length));
                var answer = await AskAsync(ann, Pack(packed, status, pieceSize: 10_000));
                Assert.Equal((status, "gzip"), ((int)answer.Status, answer.Encoding));
                Assert.Equal(packed, answer.Bytes);
            }
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task What_says_it_is_gzip_and_is_not_is_masked(int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        byte[] packed = AnswerSample.Pack("fine"u8.ToArray());
        foreach (
            var bytes in (byte[][])
                [
                    [.. "not gzip: "u8, .. Bytes(Key)],
                    [.. packed, .. Bytes(Key)],
                ]
        )
        {
            var answer = await AskAsync(ann, Pack(bytes, status));
            Assert.Equal(
                Encoding.Latin1.GetString(bytes).Replace(Key, Masked),
                Encoding.Latin1.GetString(answer.Bytes)
            );
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    [InlineData("zstd")]
    public async Task An_error_in_an_encoding_that_was_not_requested_loses_its_body(string encoding)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var answer = await AskAsync(ann, Plan(Errors[0], 429, encoding: encoding, statesLength: true));
        Assert.Equal((429, "", "", 0L), ((int)answer.Status, answer.Text, answer.Encoding, answer.Length));
    }

    [Fact]
    public async Task The_key_is_masked_anywhere_in_a_large_error()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var before in new[] { 65_500, 65_515, 65_525, 65_536, 150_000 })
        {
            var error = new string('x', before) + Key + new string('y', 70_000);
            Assert.Equal(error.Replace(Key, Masked), (await AskAsync(ann, Plan(error, 400))).Text);
        }
    }

    // What is compressed cannot be masked once a part of it was sent.
    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task A_large_compressed_answer_breaks_off_before_the_key(int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        byte[] plain = [.. Random(200_000), .. Bytes(Key)];
        ann.Emulator.Knobs.AnswerNext(Pack(AnswerSample.Pack(plain), status, pieceSize: 10_000));
        await AssertBreaksOffAsync(ann, Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_recorded_of_an_answer_does_not_hold_the_key(bool streams)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1_000);
        var json =
            $$$"""{"id":"{{{Key}}}","model":"{{{Key}}}","service_tier":"{{{Key}}}","choices":[{"index":0,"finish_reason":"{{{Key}}}"}],"usage":{"prompt_tokens":999999,"completion_tokens":9}}""";
        var plan = streams
            ? PlannedAnswer.Of(Bytes($"data: {json}\n\ndata: [DONE]\n\n"), "text/event-stream")
            : Plan(json, 200);
        await AskAsync(ann, plan);

        var usage = await ann.EventAsync();
        Assert.Equal(Masked, (string)usage["model"]!);
        Assert.True((bool)usage["overBound"]!);
        foreach (var path in (string[])["usage", "usage/summary", "usage/export", "account/export", "account/activity"])
        {
            Assert.DoesNotContain(Key, (await ann.Api.GetAsync($"/api/{path}")).Text, StringComparison.Ordinal);
        }
        await ann.App.Logs.SaysAsync("Error ", "more than its upper bound");
        Assert.DoesNotContain(ann.App.Logs.Lines, line => line.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_and_the_reason_phrase_do_not_carry_the_key()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var status in new[] { 200, 302, 400, 401, 500 })
        {
            var answer = await AskAsync(
                ann,
                new PlannedAnswer
                {
                    Status = status,
                    ReasonPhrase = $"No {Key}",
                    ContentType = $"application/json; for={Key}",
                    Headers = new Dictionary<string, string>
                    {
                        ["x-request-id"] = $"req_{Key}",
                        ["openai-organization"] = $"Bearer {Key}",
                        ["x-ratelimit-scope"] = $"user {Uri.EscapeDataString(Key)}, {Key}",
                        ["cache-control"] = $"private, x={Convert.ToBase64String(Bytes($"Bearer {Key}"))}",
                        ["location"] = $"https://elsewhere.example/{Key}",
                    },
                    Body = new[] { (ReadOnlyMemory<byte>)"{}"u8.ToArray() }.ToAsyncEnumerable(),
                }
            );
            Assert.DoesNotContain(Key, answer.All, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Bytes(Key))[4..^4], answer.All, StringComparison.Ordinal);
            Assert.DoesNotContain("No ", answer.All, StringComparison.Ordinal);
            if (status is 200 or 400 or 500)
            {
                Assert.Contains($"req_{Masked}", answer.All, StringComparison.Ordinal);
            }
        }
    }
}
