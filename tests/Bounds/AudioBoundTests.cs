using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>What a call that hears or speaks can cost at most. Rates are cents per million tokens.</summary>
public sealed class AudioBoundTests
{
    private const string Heard = """[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]""";
    private const string Spoken = """ "modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"},""";

    // gpt-audio: 250 and 1000 for text, 3200 and 6400 for audio. It has no price for priority, which counts as 2.5 times.
    private const decimal Priority = 2.5m;

    [Fact]
    public void Text_alone_costs_the_rates_of_text()
    {
        var body = Ask("\"Hello\"");
        Assert.Equal(Priority * (((body.Length + Overhead) * 250) + (100 * 1000)), BoundOf(Chat, body));
    }

    [Fact]
    public void Audio_counts_as_the_models_input_limit_at_the_rate_of_audio() =>
        Assert.Equal(Priority * ((128_000 * 3200) + (100 * 1000)), BoundOf(Chat, Ask(Heard)));

    [Fact]
    public void A_spoken_answer_costs_the_rate_of_audio()
    {
        var body = Ask("\"Hello\"", Spoken);
        Assert.Equal(Priority * (((body.Length + Overhead) * 250) + (100 * 6400)), BoundOf(Chat, body));
        Assert.Equal(Priority * ((128_000 * 3200) + (100 * 6400)), BoundOf(Chat, Ask(Heard, Spoken)));
    }

    [Theory]
    [InlineData(""" "modalities":["text"],""", 1000)]
    [InlineData(""" "modalities":null,"audio":null,""", 1000)]
    [InlineData(""" "modalities":["audio"],""", 6400)]
    [InlineData(""" "modalities":"audio",""", 6400)]
    [InlineData(""" "modalities":["text","something_new"],""", 6400)]
    [InlineData(""" "audio":{"voice":"alloy"},""", 6400)]
    [InlineData(""" "modalities":["text"],"audio":{"voice":"alloy"},""", 6400)]
    public void The_output_rate_is_that_of_audio_where_it_can_occur(string more, int rate)
    {
        var body = Ask("\"Hello\"", more);
        Assert.Equal(Priority * (((body.Length + Overhead) * 250) + (100 * rate)), BoundOf(Chat, body));
    }

    [Fact]
    public void The_dearest_answer_costs_what_was_held()
    {
        var held = Evaluate(Chat, Ask(Heard, Spoken)).Bound!.Amount;
        var served = new CallTerms
        {
            AudioInput = 128_000,
            AudioOutput = 100,
            ServiceTier = "priority",
        };
        var receipt = new Pricing(ModelCatalogue.Embedded).Price(
            Provider.OpenAi,
            "gpt-audio-2025-08-28",
            new TokenCounts(128_000, 100, 128_000, 0),
            TestApp.Noon,
            served
        )!;
        Assert.Equal(held, receipt.Total);
    }

    [Fact]
    public void Speech_of_an_earlier_answer_counts_as_audio() =>
        Assert.Equal(
            Priority * ((128_000 * 3200) + (100 * 1000)),
            BoundOf(
                Chat,
                Ask("\"And?\"")
                    .Replace(
                        """{"role":"user",""",
                        """{"role":"assistant","audio":{"id":"audio_1"}},{"role":"user",""",
                        StringComparison.Ordinal
                    )
            )
        );

    [Fact]
    public void A_fine_tuned_model_has_its_own_rates_and_the_limits_of_its_base()
    {
        // 30 and 120; an image of gpt-4o-mini takes 48,169 tokens.
        const string Model = "ft:gpt-4o-mini-2024-07-18:acme:coach:abc123";
        var text = Named(Model, AskOpenAi("\"Hello\""));
        Assert.Equal(Priority * (((text.Length + Overhead) * 30) + (100 * 120)), BoundOf(Chat, text));
        var file = Named(Model, AskOpenAi("""[{"type":"file","file":{"file_id":"file-1"}}]"""));
        Assert.Equal(Priority * ((128_000 * 30) + (100 * 120)), BoundOf(Chat, file));
        var image = Named(Model, AskOpenAi("""[{"type":"image_url","image_url":{"url":"data:A"}}]"""));
        Assert.Equal(
            Priority * (((image.Length - "\"data:A\"".Length + Overhead + 48_169) * 30) + (100 * 120)),
            BoundOf(Chat, image)
        );
    }

    private static string Ask(string content, string more = "") => Named("gpt-audio", AskOpenAi(content, more));

    private static string Named(string model, string body) =>
        body.Replace("\"gpt-4o-mini\"", $"\"{model}\"", StringComparison.Ordinal);
}
