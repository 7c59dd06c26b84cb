// Asking Sekisho from Java 17: java AskSekisho.java PERSON DOCUMENT, with SEKISHO_ADDRESS and SEKISHO_KEY in the environment.
// Ends with 0 for a permit, 1 for a denial and 2 where there is no answer: then nothing may be opened either.

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;

public final class AskSekisho {
    private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    // `decision` is the first member of every answer. An application that has a JSON reader reads the answer with that.
    private static final Pattern PERMIT = Pattern.compile("\\{\"decision\":true[,}].*", Pattern.DOTALL);

    public static void main(String[] words) {
        try {
            HttpResponse<String> answer = ask(words[0], words[1]);
            System.out.println(answer.body());
            if (answer.statusCode() != 200) {
                System.exit(2);
            }
            System.exit(PERMIT.matcher(answer.body()).matches() ? 0 : 1);
        } catch (IOException | InterruptedException nobody) {
            System.err.println("no answer: " + nobody);
            System.exit(2);
        }
    }

    private static HttpResponse<String> ask(String person, String document) throws IOException, InterruptedException {
        String body = "{\"subject\":{\"type\":\"person\",\"id\":%s},\"resource\":{\"type\":\"document\",\"id\":%s},\"action\":{\"name\":\"read\"}}"
                .formatted(quoted(person), quoted(document));
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("SEKISHO_ADDRESS") + "/access/v1/evaluation"))
                .timeout(Duration.ofSeconds(2))
                .header("Authorization", "Bearer " + System.getenv("SEKISHO_KEY"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String quoted(String text) {
        StringBuilder found = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            found.append(one < 0x20 || one == '"' || one == '\\' ? "\\u%04x".formatted((int) one) : String.valueOf(one));
        }
        return found.append('"').toString();
    }
}
