using System.ClientModel;
using MyCoach.Tests.Support;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;

// The SDK marks its whole Responses client as subject to change.
#pragma warning disable OPENAI001

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewaySdkTests
{
    private const string Gpt = "gpt-4o-mini-2024-07-18";
    private const string Said = "You said: Hello there That is all I know.";

    [Fact]
    public async Task OpenAIs_SDK_gets_a_whole_answer_with_recorded_usage()
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        var answer = await Chat(ann)
            .CompleteChatAsync([new UserChatMessage("Hello there")], cancellationToken: Cancellation);

        Assert.Equal(Said, answer.Value.Content[0].Text);
        var recorded = Assert.Single(await ann.EventsAsync());
        AssertUsage(recorded, Gpt, 3, 9);
        Assert.True(answer.GetRawResponse().Headers.TryGetValue("X-MyCoach-Usage-Id", out var id));
        Assert.Equal(id, (string?)recorded["id"]);
    }

    [Fact]
    public async Task OpenAIs_SDK_gets_a_stream_with_recorded_usage()
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        var (text, output) = ("", 0);
        await foreach (
            var update in Chat(ann)
                .CompleteChatStreamingAsync([new UserChatMessage("Hello there")], cancellationToken: Cancellation)
        )
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            output = update.Usage?.OutputTokenCount ?? output;
        }

        // The SDK asks for the usage itself, and so gets it.
        Assert.Equal((Said, 9), (text, output));
        AssertUsage(Assert.Single(await ann.EventsAsync()), Gpt, 3, 9);
    }

    [Fact]
    public async Task OpenAis_sdk_gets_a_tool_call_whole_and_streamed()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var schema = BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}""");
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("weather", functionParameters: schema) },
        };
        ChatMessage[] question = [new UserChatMessage("Please use the tool")];

        ChatCompletion whole = await Chat(ann).CompleteChatAsync(question, options, Cancellation);
        var json = "";
        await foreach (var update in Chat(ann).CompleteChatStreamingAsync(question, options, Cancellation))
        {
            json += string.Concat(update.ToolCallUpdates.Select(part => part.FunctionArgumentsUpdate?.ToString()));
        }

        Assert.Equal(
            ("weather", json),
            (Assert.Single(whole.ToolCalls).FunctionName, whole.ToolCalls[0].FunctionArguments.ToString())
        );
        Assert.All(await ann.EventsAsync(), usage => AssertUsage(usage, Gpt, 5, whole.Usage.OutputTokenCount));
        Assert.Equal(2, (await ann.EventsAsync()).Count);
    }

    [Fact]
    public async Task OpenAis_sdk_gets_embeddings_in_base64()
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        OpenAIEmbeddingCollection two = await ann.OpenAi()
            .GetEmbeddingClient("text-embedding-3-small")
            .GenerateEmbeddingsAsync(["one text", "another"], cancellationToken: Cancellation);

        Assert.All(two, embedding => Assert.Equal(1536, embedding.ToFloats().Length));
        Assert.Contains("base64", Assert.Single(ann.Emulator.Calls).BodyText);
        AssertUsage(Assert.Single(await ann.EventsAsync()), "text-embedding-3-small", two.Usage.InputTokenCount, 0);
    }

    [Fact]
    public async Task OpenAis_sdk_gets_responses_whole_and_streamed()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var responses = ann.OpenAi().GetResponsesClient();

        ResponseResult whole = await responses.CreateResponseAsync(
            "gpt-4o-mini",
            "Hello there",
            cancellationToken: Cancellation
        );
        var (text, status) = ("", default(ResponseStatus?));
        var options = new CreateResponseOptions("gpt-4o-mini", [ResponseItem.CreateUserMessageItem("Hello there")])
        {
            StreamingEnabled = true,
        };
        await foreach (var update in await responses.CreateResponseStreamingAsync(options, Cancellation))
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            status = (update as StreamingResponseCompletedUpdate)?.Response.Status ?? status;
        }
        ResponseResult again = await responses.GetResponseAsync(whole.Id, Cancellation);

        Assert.Equal(
            (Said, Said, Said, ResponseStatus.Completed),
            (whole.GetOutputText(), text, again.GetOutputText(), status)
        );
        var events = await ann.EventsAsync();
        Assert.Equal(2, events.Count);
        Assert.All(events, usage => AssertUsage(usage, Gpt, 3, 9));
    }

    [Fact]
    public async Task OpenAIs_SDK_throws_at_once_for_a_refused_key()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.FailNext(1, 401);

        var refused = await ThrowsAsync(
            401,
            () => Chat(ann).CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancellation)
        );
        Assert.Contains("openai refused your stored key. Replace it", refused.Message);
        Assert.Equal(("invalid", 1), ((string?)(await ann.Api.GetAsync("/api/keys/openai"))["status"], ann.Attempts));

        await ThrowsAsync(
            403,
            () => Chat(ann).CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancellation)
        );
        Assert.Equal((2, 1), (ann.Attempts, ann.Emulator.Calls.Count));
        Assert.Empty(await ann.EventsAsync());
    }

    [Fact]
    public async Task OpenAIs_SDK_throws_at_once_without_a_key_or_endpoint()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var bob = new GatewayUser(app, "bob");

        var keyless = await ThrowsAsync(
            403,
            () => Chat(bob).CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancellation)
        );
        var images = bob.OpenAi().GetImageClient("gpt-image-1");
        var offList = await ThrowsAsync(404, () => images.GenerateImageAsync("a cat", cancellationToken: Cancellation));

        Assert.Contains("no_api_key", keyless.Message);
        Assert.Contains("endpoint_not_supported", offList.Message);
        Assert.Equal((2, 0), (bob.Attempts, app.Emulator.Calls.Count));
    }

    [Fact]
    public async Task OpenAIs_SDK_can_abort_a_stream_and_its_provider_call()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.ChunkDelay = TimeSpan.FromMilliseconds(100);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                var _ in Chat(ann)
                    .CompleteChatStreamingAsync([new UserChatMessage("Hello there")], cancellationToken: leaving.Token)
            )
            {
                if (++seen == 4)
                {
                    await leaving.CancelAsync();
                }
            }
        });

        Assert.False(await Assert.Single(ann.Emulator.Calls).AnsweredInFull);
        var usage = await ann.EventAsync();
        Assert.True((bool)usage["estimated"]!);
        Assert.InRange((long)usage["outputTokens"]!, 3, 8);
        Assert.Equal(1, ann.Attempts);
    }

    private static ChatClient Chat(GatewayUser user) => user.OpenAi().GetChatClient("gpt-4o-mini");

    private static async Task<ClientResultException> ThrowsAsync(int status, Func<Task> call)
    {
        var thrown = await Assert.ThrowsAsync<ClientResultException>(call);
        Assert.Equal(status, thrown.Status);
        return thrown;
    }
}
