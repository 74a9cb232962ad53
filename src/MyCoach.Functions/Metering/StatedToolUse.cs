using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>What OpenAI's <c>tool_usage</c> states. Null or 0 if it does not.</summary>
internal struct StatedToolUse
{
    private long imageInput;
    private long imageInputText;
    private long imageInputImage;
    private long imageOutput;
    private long imageOutputText;
    private long imageOutputImage;

    public long? WebSearches { get; private set; }

    public long? FileSearches { get; private set; }

    public long? CodeInterpreterSessions { get; private set; }

    // What the details leave out counts as the kind that they do not state; without any, input is text and output image.
    public readonly ImageTokens Images
    {
        get
        {
            var restIn = Math.Max(imageInput - imageInputText - imageInputImage, 0);
            var isRestImage = imageInputText > 0 && imageInputImage == 0;
            var restOut = Math.Max(imageOutput - imageOutputText - imageOutputImage, 0);
            return new(
                imageInputText + (isRestImage ? 0 : restIn),
                imageInputImage + (isRestImage ? restIn : 0),
                imageOutputText,
                imageOutputImage + restOut
            );
        }
    }

    public void Set(AnswerField field, long number)
    {
        switch (field)
        {
            case AnswerField.StatedWebSearches:
                WebSearches = number;
                break;
            case AnswerField.StatedFileSearches:
                FileSearches = number;
                break;
            case AnswerField.StatedSessions:
                CodeInterpreterSessions = number;
                break;
            case AnswerField.ImageInput:
                imageInput = number;
                break;
            case AnswerField.ImageInputText:
                imageInputText = number;
                break;
            case AnswerField.ImageInputImage:
                imageInputImage = number;
                break;
            case AnswerField.ImageOutput:
                imageOutput = number;
                break;
            case AnswerField.ImageOutputText:
                imageOutputText = number;
                break;
            case AnswerField.ImageOutputImage:
                imageOutputImage = number;
                break;
        }
    }
}
