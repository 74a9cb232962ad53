using System.Text;
using MyCoach.Metering;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

/// <summary>
/// What went in, where the provider never says: a third of the text's bytes, and something for what is no text.
/// </summary>
public sealed class InputEstimateTests
{
    private const string Base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";

    [Theory]
    [InlineData("UklGR")]
    [InlineData("SUQz")]
    [InlineData("//")]
    public void Audio_counts_by_its_bytes(string beginning)
    {
        var data = beginning.PadRight(5_000, 'A');
        var body = Encoding.UTF8.GetBytes($$$"""{"a":[{"type":"aud","input_audio":{"data":"{{{data}}}"}}]}""");
        Assert.Equal(1 + 10, AnswerSample.Read(body, AnswerSample.Chat)!.InputEstimate);
    }

    [Theory]
    [InlineData("""{"model":"abc","messages":[{"role":"use","content":"123456"}]}""", 4)]
    [InlineData("""{"a":[{"type":"image_url","image_url":{"url":"data:image/png;base64,#"}}]}""", 1600 + 3)]
    [InlineData(
        """{"a":[{"type":"image_url","image_url":{"url":"https://i.example/1.png"}},{"type":"image_url"}]}""",
        3200 + 14
    )]
    [InlineData("""{"a":[{"type":"input_image","image_url":"data:image/png;base64,#"}]}""", 1600 + 4)]
    [InlineData(
        """{"a":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"#"}}]}""",
        1600 + 7
    )]
    [InlineData("""{"a":[{"type":"file","file":{"file_data":"data:application/pdf;base64,#"}}]}""", 2 + 2)]
    [InlineData("""{"a":[{"type":"doc","source":{"data":"JVBER#"}}]}""", 1 + 1)]
    [InlineData("""{"a":[{"type":"aud","input_audio":{"data":"#"}}]}""", 1)]
    [InlineData("""{"input":[[1,2,3],[4,5]],"dimensions":7}""", 5)]
    [InlineData("""{"data":"中文中文"}""", 4)]
    [InlineData("""{"metadata":{"type":"\ud83d"}}""", 1)]
    [InlineData("""{"data":"words of a text","x":"data: is a word"}""", 10)]
    public void The_input_is_estimated(string request, long tokens)
    {
        var body = Encoding.UTF8.GetBytes(request.Replace("#", Base64, StringComparison.Ordinal));
        var estimate = AnswerSample.Read(body, AnswerSample.Chat)!.InputEstimate;
        var call = MeteredCall.Of(Provider.OpenAi, meter: null, estimate);
        Assert.Equal((tokens, 0), (call.Tokens.Input, call.Tokens.Output));
        Assert.True(call.IsEstimated);
    }
}
