namespace MyCoach.Metering;

/// <summary>Meters an answer that is one JSON object.</summary>
internal sealed class JsonMeter : AnswerMeter
{
    private readonly bool generates;
    private readonly AnswerReader reader;
    private readonly JsonFeed feed;

    /// <param name="generates">Whether the answer is generated text rather than embedding vectors.</param>
    public JsonMeter(bool generates)
    {
        this.generates = generates;
        reader = new AnswerReader(Usage);
        feed = new JsonFeed(reader);
        feed.Begin();
    }

    public override bool IsExact => Usage.InputTokens is not null && (Usage.OutputTokens is not null || !generates);

    public override long EstimateOutput(int bytesPerToken) => generates ? base.EstimateOutput(bytesPerToken) : 0;

    public override void Complete()
    {
        feed.Flush();
        reader.End();
    }

    protected override void Take(ReadOnlySpan<byte> bytes) => feed.Add(bytes);
}
