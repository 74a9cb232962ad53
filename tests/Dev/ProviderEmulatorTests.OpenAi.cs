using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;

// The SDK marks its whole Responses client as subject to change.
#pragma warning disable OPENAI001

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task OpenAis_sdk_gets_a_whole_answer()
    {
        ChatCompletion completion = await Chat()
            .CompleteChatAsync([new UserChatMessage("Hello there")], cancellationToken: Cancellation);

        Assert.Equal("You said: Hello there That is all I know.", completion.Content[0].Text);
        Assert.Equal((ChatFinishReason.Stop, "gpt-4o-mini-2024-07-18"), (completion.FinishReason, completion.Model));
        Assert.Equal(
            (3, 9, 12),
            (completion.Usage.InputTokenCount, completion.Usage.OutputTokenCount, completion.Usage.TotalTokenCount)
        );
    }

    [Fact]
    public async Task OpenAis_sdk_gets_a_stream_that_max_tokens_cuts()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 3 };
        var (text, output, finish) = ("", 0, default(ChatFinishReason?));
        await foreach (
            var update in Chat().CompleteChatStreamingAsync([new UserChatMessage("Hello there")], options, Cancellation)
        )
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
            output = update.Usage?.OutputTokenCount ?? output;
        }
        Assert.Equal(("You said: Hello", 3, ChatFinishReason.Length), (text, output, finish));
    }

    [Fact]
    public async Task OpenAis_sdk_gets_a_tool_call_whole_and_streamed()
    {
        var schema = BinaryData.FromString(
            """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}"""
        );
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("weather", functionParameters: schema) },
        };
        ChatMessage[] question = [new UserChatMessage("Please use the tool")];

        ChatCompletion completion = await Chat().CompleteChatAsync(question, options, Cancellation);
        var call = Assert.Single(completion.ToolCalls);
        Assert.Equal((ChatFinishReason.ToolCalls, "weather"), (completion.FinishReason, call.FunctionName));
        Assert.Equal("""{"city":"emulated value","days":1}""", call.FunctionArguments.ToString());

        var json = "";
        await foreach (var update in Chat().CompleteChatStreamingAsync(question, options, Cancellation))
            json += string.Concat(update.ToolCallUpdates.Select(part => part.FunctionArgumentsUpdate?.ToString()));
        Assert.Equal("""{"city":"emulated value","days":1}""", json);
    }

    [Fact]
    public async Task OpenAis_sdk_gets_a_response_whole_and_streamed()
    {
        ResponseResult whole = await Responses()
            .CreateResponseAsync("gpt-4o-mini", "Hello there", cancellationToken: Cancellation);
        Assert.Equal("You said: Hello there That is all I know.", whole.GetOutputText());
        Assert.Equal(
            (3, 9, 12),
            (whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount, whole.Usage.TotalTokenCount)
        );

        var (text, status) = ("", default(ResponseStatus?));
        var options = new CreateResponseOptions("gpt-4o-mini", [ResponseItem.CreateUserMessageItem("Hello there")])
        {
            Instructions = "Be kind.",
            StreamingEnabled = true,
        };
        await foreach (var update in await Responses().CreateResponseStreamingAsync(options, Cancellation))
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            status = (update as StreamingResponseCompletedUpdate)?.Response.Status ?? status;
        }
        Assert.Equal((whole.GetOutputText(), ResponseStatus.Completed), (text, status));
    }

    [Fact]
    public async Task OpenAis_sdk_gets_a_function_call_from_responses()
    {
        var options = new CreateResponseOptions(
            "gpt-4o-mini",
            [ResponseItem.CreateUserMessageItem("Please use the tool")]
        )
        {
            Tools =
            {
                ResponseTool.CreateFunctionTool(
                    "look",
                    BinaryData.FromString("""{"type":"object"}"""),
                    strictModeEnabled: false
                ),
            },
        };
        ResponseResult response = await Responses().CreateResponseAsync(options, Cancellation);
        var call = Assert.IsType<FunctionCallResponseItem>(Assert.Single(response.OutputItems));
        Assert.Equal(("look", "{}"), (call.FunctionName, call.FunctionArguments.ToString()));
    }

    [Fact]
    public async Task OpenAis_sdk_gets_embeddings_that_depend_on_the_text_alone()
    {
        var client = new EmbeddingClient("text-embedding-3-small", new ApiKeyCredential(OpenAiKey), Options());
        OpenAIEmbeddingCollection three = await client.GenerateEmbeddingsAsync(
            ["same", "same", "other"],
            cancellationToken: Cancellation
        );

        var vectors = three.Select(embedding => embedding.ToFloats().ToArray()).ToList();
        Assert.Equal(vectors[0], vectors[1]);
        Assert.NotEqual(vectors[0], vectors[2]);
        Assert.Equal(
            (1536, 1.0, 4),
            (
                vectors[0].Length,
                Math.Round(vectors[0].Sum(value => (double)value * value), 4),
                three.Usage.InputTokenCount
            )
        );

        // The SDK asks for base64; the numbers are what everybody else asks for.
        const string plain = """{"model":"text-embedding-3-small","input":"same","dimensions":8}""";
        var (_, body) = await SendAsync(HttpMethod.Post, "/openai/v1/embeddings", OpenAiKey, plain);
        var numbers = body["data"]![0]!["embedding"]!.AsArray().Select(number => number!.GetValue<float>()).ToArray();
        var options = new EmbeddingGenerationOptions { Dimensions = 8 };
        OpenAIEmbedding short8 = await client.GenerateEmbeddingAsync("same", options, Cancellation);
        Assert.Equal(numbers, short8.ToFloats().ToArray());
    }

    [Fact]
    public async Task OpenAIs_SDK_throws_its_typed_exceptions_and_lists_models()
    {
        var wrong = await Assert.ThrowsAsync<ClientResultException>(() =>
            Chat("sk-proj-wrong-0123456789")
                .CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancellation)
        );
        Assert.Equal(401, wrong.Status);
        Assert.Contains("invalid_api_key", wrong.Message);

        var client = new OpenAIClient(new ApiKeyCredential(OpenAiKey), Options()).GetOpenAIModelClient();
        var models = await client.GetModelsAsync(Cancellation);
        Assert.Contains(models.Value, model => model.Id == "gpt-4o-mini");
    }

    private ChatClient Chat(string key = OpenAiKey) => new("gpt-4o-mini", new ApiKeyCredential(key), Options());

    private ResponsesClient Responses() =>
        new(
            new ApiKeyCredential(OpenAiKey),
            new ResponsesClientOptions { Endpoint = Options().Endpoint, RetryPolicy = new ClientRetryPolicy(0) }
        );

    private OpenAIClientOptions Options() =>
        new() { Endpoint = new Uri(emulator.OpenAiBaseUrl + "/v1"), RetryPolicy = new ClientRetryPolicy(0) };
}
