using System.Text;
using MyCoach.Gateway;
using MyCoach.Metering;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Half a surrogate pair can be written in JSON, and no string can be made of it.</summary>
public sealed class CallBodyTests
{
    [Theory]
    [InlineData("""{"model":"\ud83d"}""")]
    [InlineData("""{"model":"\ude00\ud83d","stream":true}""")]
    public void A_model_that_is_not_text_is_refused(string body) => Assert.Null(Read(body));

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud83d"}]}""")]
    [InlineData("""{"model":"m","user":"\ude00","stream":true,"stream_options":{"include_obfuscation":true}}""")]
    [InlineData("""{"model":"m","tools":[{"\ud83d":1,"\ude00":2,"data":"\ud83d"}],"stream":true}""")]
    [InlineData("""{"\ud83d":1,"model":"m","stream":true,"stream_options":{"\ud83d":1}}""")]
    public void Malformed_text_elsewhere_is_refused_or_estimated(string body)
    {
        if (Read(body) is { } call)
        {
            Assert.True(MeteredCall.Of(Provider.OpenAi, meter: null, call.InputEstimate).IsEstimated);
        }
    }

    private static CallBody? Read(string body) => AnswerSample.Read(Encoding.UTF8.GetBytes(body), AnswerSample.Chat);
}
