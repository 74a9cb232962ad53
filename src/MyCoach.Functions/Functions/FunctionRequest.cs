namespace MyCoach.Functions;

internal static class FunctionRequest
{
    /// <summary>Runs the pipeline for the request of an HTTP function.</summary>
    public static Task AnswerAsync(this HttpRequest request, CancellationToken cancelled) =>
        request
            .HttpContext.RequestServices.GetRequiredService<FunctionPipeline>()
            .RunAsync(request.HttpContext, cancelled);
}
