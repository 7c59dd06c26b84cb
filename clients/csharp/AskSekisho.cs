// Asking Sekisho from C# (.NET 8), with SEKISHO_ADDRESS and SEKISHO_KEY in the environment: dotnet run -- PERSON DOCUMENT
// Ends with 0 for a permit, 1 for a denial and 2 where there is no answer: then nothing may be opened either.

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using var client = new HttpClient
{
    BaseAddress = new Uri(Environment.GetEnvironmentVariable("SEKISHO_ADDRESS")!),
    Timeout = TimeSpan.FromSeconds(2),
};
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("SEKISHO_KEY"));

var question = new
{
    subject = new { type = "person", id = args[0] },
    resource = new { type = "document", id = args[1] },
    action = new { name = "read" },
};
try
{
    using var answer = await client.PostAsJsonAsync("/access/v1/evaluation", question);
    var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
    Console.WriteLine(body);
    if (answer.StatusCode != HttpStatusCode.OK) return 2;
    // Only true itself permits.
    return body.GetProperty("decision").ValueKind == JsonValueKind.True ? 0 : 1;
}
catch (Exception nobody) when (nobody is HttpRequestException or TaskCanceledException or JsonException)
{
    Console.Error.WriteLine($"no answer: {nobody.Message}");
    return 2;
}
