using System.Globalization;

namespace MyCoach.Dev;

/// <summary>
/// The table service's refusal of a change: JSON for a single change, and a part of a multipart answer with status 202 for a transaction.
/// </summary>
internal sealed record StorageRefusal(int Status, string Reason, string Code, string Message)
{
    public static readonly StorageRefusal PreconditionFailed = new(
        StatusCodes.Status412PreconditionFailed,
        "Precondition Failed",
        "UpdateConditionNotSatisfied",
        "The update condition specified in the request was not satisfied."
    );

    public static readonly StorageRefusal Conflict = new(
        StatusCodes.Status409Conflict,
        "Conflict",
        "EntityAlreadyExists",
        "The specified entity already exists."
    );

    private const string Json = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";

    /// <summary>Whether the service's answer is a refusal.</summary>
    public static async Task<bool> IsInAsync(HttpResponseMessage answer) =>
        !answer.IsSuccessStatusCode
        || (
            answer.Content.Headers.ContentType?.MediaType == "multipart/mixed"
            && (await answer.Content.ReadAsStringAsync()).Contains("HTTP/1.1 4", StringComparison.Ordinal)
        );

    public async Task AnswerAsync(StorageCall call, HttpResponse response)
    {
        var requestId = Guid.NewGuid();
        response.Headers["x-ms-request-id"] = requestId.ToString();
        response.Headers["x-ms-version"] = "2019-02-02";
        if (!call.IsTransaction)
        {
            response.StatusCode = Status;
            response.ContentType = Json;
            await response.WriteAsync(Error("", requestId));
            return;
        }
        var (batch, changes) = ($"batchresponse_{Guid.NewGuid()}", $"changesetresponse_{Guid.NewGuid()}");
        string[] lines =
        [
            $"--{batch}",
            $"Content-Type: multipart/mixed; boundary={changes}",
            "",
            $"--{changes}",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            "",
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Reason}"),
            "X-Content-Type-Options: nosniff",
            "Cache-Control: no-cache",
            "DataServiceVersion: 3.0;",
            $"Content-Type: {Json}",
            "",
            // The index of the refused row in the transaction.
            Error("0:", requestId),
            $"--{changes}--",
            $"--{batch}--",
            "",
        ];
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = $"multipart/mixed; boundary={batch}";
        await response.WriteAsync(string.Join("\r\n", lines));
    }

    private string Error(string row, Guid requestId) =>
        """{"odata.error":{"code":"CODE","message":{"lang":"en-US","value":"TEXT\nRequestId:NUMBER\nTime:2026-11-15T12:00:00.0000000Z"}}}"""
            .Replace("CODE", Code, StringComparison.Ordinal)
            .Replace("TEXT", row + Message, StringComparison.Ordinal)
            .Replace("NUMBER", requestId.ToString(), StringComparison.Ordinal);
}
