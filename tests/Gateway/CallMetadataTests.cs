using System.Net;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>What callers note about the gateway's calls, in a header.</summary>
public sealed class CallMetadataTests(LocalParts parts)
{
    private const string Chat = "/api/gateway/openai/v1/chat/completions";
    private const string Messages = "/api/gateway/anthropic/v1/messages";
    private const string Body =
        """{"model":"gpt-4o-mini","max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}""";

    [Theory]
    [InlineData(null)]
    [InlineData(1000)]
    public async Task The_event_has_the_metadata_of_the_call(int? budgetCents)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await ann.SetBudgetAsync(budgetCents);

        (await SendAsync(ann, Chat, "feature=search, team=a%20b%2C%C3%BC%3D")).Is(HttpStatusCode.OK);

        var usage = await ann.EventAsync();
        Assert.Equal("search", (string?)usage["metadata"]!["feature"]);
        Assert.Equal("a b,ü=", (string?)usage["metadata"]!["team"]);
        Assert.Equal(2, usage["metadata"]!.AsObject().Count);
        Assert.DoesNotContain(
            Assert.Single(ann.Emulator.Calls).Headers,
            header => header.Key.Contains("metadata", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Single((await ann.Api.GetAsync("/api/usage?metadata=feature:search"))["events"].AsArray());
    }

    [Theory]
    [InlineData("feature")]
    [InlineData("feature=")]
    [InlineData("=search")]
    [InlineData("1a=search")]
    [InlineData("a=1,a=2")]
    [InlineData("a=1,")]
    [InlineData("a=b c")]
    [InlineData("a=%")]
    [InlineData("a=%zz")]
    [InlineData("a=%ff")]
    [InlineData("a=%0a")]
    [InlineData("a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1")]
    public async Task Malformed_metadata_is_refused_before_anything_is_sent(string header)
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        foreach (var path in new[] { Chat, Messages })
        {
            var refused = (await SendAsync(ann, path, header)).IsRefusal(400, "invalid_request");
            Assert.Contains("X-MyCoach-Metadata", (string?)refused["error"]["message"], StringComparison.Ordinal);
        }

        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public void A_reservation_keeps_the_metadata_for_the_event_that_it_becomes()
    {
        var now = new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);
        var call = new UsageEvent("gw-1", Provider.OpenAi, "gpt-4o", default, null, null, now, Receipt: null)
        {
            Metadata = EventMetadata.Of([new("feature", "search")]),
        };
        var reservation = new Reservation(call, OutputLimit: null, now);

        var read = Reservation.Read(reservation.Write("partition", "commit"));

        Assert.Equal("search", read.HeldEvent.Metadata["feature"]);
    }

    private static Task<Answer> SendAsync(GatewayUser user, string path, string header) =>
        user.Api.SendAsync(HttpMethod.Post, path, Body, headers: [("X-MyCoach-Metadata", header)]);
}
