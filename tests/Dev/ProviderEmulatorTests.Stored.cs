using System.ClientModel;
using System.Net;
using System.Text.Json.Nodes;
using OpenAI.Moderations;
using OpenAI.Responses;

// The SDK marks its whole Responses client as subject to change.
#pragma warning disable OPENAI001

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task OpenAis_sdk_looks_at_a_response_and_deletes_it()
    {
        ResponseResult made = await Responses()
            .CreateResponseAsync("gpt-4o-mini", "Hello there", cancellationToken: Cancellation);
        ResponseResult found = await Responses().GetResponseAsync(made.Id, Cancellation);
        Assert.Equal(
            (made.GetOutputText(), made.Usage.TotalTokenCount),
            (found.GetOutputText(), found.Usage.TotalTokenCount)
        );

        ResponseDeletionResult deleted = await Responses().DeleteResponseAsync(made.Id, Cancellation);
        Assert.Equal((made.Id, true), (deleted.ResponseId, deleted.Deleted));
        var gone = await Assert.ThrowsAsync<ClientResultException>(() =>
            Responses().GetResponseAsync(made.Id, Cancellation)
        );
        Assert.Equal(404, gone.Status);
        Assert.Contains($"Response with id '{made.Id}' not found.", gone.Message);
    }

    [Fact]
    public async Task A_response_is_kept_unless_it_is_asked_not_to_be_and_only_for_its_key()
    {
        var kept = await RespondAsync("""{"model":"gpt-6-luna","input":"Hi","store":true}""");
        var forgotten = await RespondAsync("""{"model":"gpt-6-luna","input":"Hi","store":false}""");
        Assert.Equal((true, false), (kept["store"]!.GetValue<bool>(), forgotten["store"]!.GetValue<bool>()));

        var (status, found) = await SendAsync(HttpMethod.Get, PathOf(kept), OpenAiKey);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(JsonNode.DeepEquals(kept, found));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await SendAsync(HttpMethod.Get, PathOf(kept), OpenAiKey + "-another")).Status
        );
        foreach (
            var (method, end) in new[]
            {
                (HttpMethod.Get, ""),
                (HttpMethod.Delete, ""),
                (HttpMethod.Get, "/input_items"),
            }
        )
        {
            var (missing, error) = await SendAsync(method, PathOf(forgotten) + end, OpenAiKey);
            Assert.Equal((HttpStatusCode.NotFound, "invalid_request_error"), (missing, Text(error, "error", "type")));
        }
    }

    [Fact]
    public async Task A_response_whose_stream_was_cut_can_be_asked_for()
    {
        emulator.Knobs.CutNext(1, 1);
        using var request = Request(
            HttpMethod.Post,
            "/openai/v1/responses",
            OpenAiKey,
            """{"model":"gpt-6-luna","input":"Hi","stream":true}"""
        );
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        await reader.ReadLineAsync(Cancellation);
        var created = JsonNode.Parse((await reader.ReadLineAsync(Cancellation))!["data: ".Length..])!["response"]!;

        var (_, found) = await SendAsync(HttpMethod.Get, PathOf(created), OpenAiKey);
        Assert.Equal(("completed", 9L), (Text(found, "status"), Number(found, "usage", "total_tokens")));
    }

    [Fact]
    public async Task Only_the_last_thousand_responses_are_kept()
    {
        var first = await RespondAsync("""{"model":"gpt-6-luna","input":"Hi"}""");
        var second = await RespondAsync("""{"model":"gpt-6-luna","input":"Hi"}""");
        for (var i = 0; i < 999; i++)
            await RespondAsync("""{"model":"gpt-6-luna","input":"Hi"}""");
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, PathOf(first), OpenAiKey)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, PathOf(second), OpenAiKey)).Status);
    }

    [Fact]
    public async Task The_input_of_a_response_is_listed_newest_first_and_in_pages()
    {
        var response = await RespondAsync(
            """
            {"model":"gpt-6-luna","input":[{"role":"user","content":"One"},{"role":"assistant","content":"Two"},
             {"type":"message","role":"user","content":[{"type":"input_text","text":"Three"}]}]}
            """
        );
        var (_, page) = await SendAsync(HttpMethod.Get, PathOf(response) + "/input_items?limit=2", OpenAiKey);
        Assert.Equal(["Three", "Two"], Texts(page));
        Assert.True(page["has_more"]!.GetValue<bool>());
        (_, page) = await SendAsync(
            HttpMethod.Get,
            $"{PathOf(response)}/input_items?after={Text(page, "last_id")}",
            OpenAiKey
        );
        Assert.Equal(["One"], Texts(page));
        Assert.Equal(
            ("input_text", false),
            (Text(page["data"]![0]!["content"]![0]!, "type"), page["has_more"]!.GetValue<bool>())
        );
        (_, page) = await SendAsync(HttpMethod.Get, PathOf(response) + "/input_items?order=asc", OpenAiKey);
        Assert.Equal(["One", "Two", "Three"], Texts(page));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Get, PathOf(response) + "/input_items?limit=0", OpenAiKey)).Status
        );

        static IEnumerable<string> Texts(JsonNode page) =>
            page["data"]!.AsArray().Select(item => Text(item!["content"]![0]!, "text"));
    }

    [Fact]
    public async Task OpenAis_sdk_gets_moderations_without_credit()
    {
        var client = new ModerationClient(
            "omni-moderation-latest",
            new ApiKeyCredential(OpenAiKey + "-nocredit"),
            Options()
        );
        ModerationResultCollection two = await client.ClassifyTextAsync(["one", "two"], Cancellation);
        Assert.Equal(("omni-moderation-latest", 2), (two.Model, two.Count));
        Assert.All(two, result => Assert.False(result.Flagged || result.Violence.Flagged || result.Illicit.Flagged));

        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(HttpMethod.Post, "/openai/v1/moderations", OpenAiKey, """{"input":"one"}""")).Status
        );
        var (status, error) = await SendAsync(HttpMethod.Post, "/openai/v1/moderations", OpenAiKey, "{}");
        Assert.Equal((HttpStatusCode.BadRequest, "missing_required_parameter"), (status, Text(error, "error", "code")));
        (status, _) = await SendAsync(
            HttpMethod.Post,
            "/openai/v1/moderations",
            OpenAiKey,
            """{"model":"gpt-6-luna","input":"one"}"""
        );
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    private static string PathOf(JsonNode response) => "/openai/v1/responses/" + Text(response, "id");

    private async Task<JsonNode> RespondAsync(string body) =>
        (await SendAsync(HttpMethod.Post, "/openai/v1/responses", OpenAiKey, body)).Body;
}
