import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Handles every KYC update at least once, in order. Java 17 or later, nothing but the JDK.
 *
 * <pre>KYC_URL=http://127.0.0.1:4000/graphql KYC_TOKEN=... CURSOR_FILE=kyc.cursor java FollowKyc.java</pre>
 *
 * It pulls pages of updates, and stores the cursor of each update after handling it. When it is killed, or the gateway is, it
 * continues after the last cursor that was stored: an update may be handled twice, and none is missed. Exit status 2: trying again
 * cannot help. 3: the gateway's journal no longer holds the cursor.
 */
public final class FollowKyc {
  private static final URI URL = URI.create(setting("KYC_URL", "http://127.0.0.1:4000/graphql"));
  private static final Path CURSOR_FILE = Path.of(setting("CURSOR_FILE", "kyc.cursor")).toAbsolutePath();
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final long POLL_MS = 1_000;
  private static final long LARGEST_PAUSE_MS = 30_000;
  private static final String QUERY =
      "query ($after: String) { kycUpdates(first: 100, after: $after) {"
          + " nodes { customerId revision status verified cursor } pageInfo { hasNextPage endCursor } } }";

  // HTTP/1.1: an offer of HTTP/2 on a plain connection is an upgrade that proxies may not pass on.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  /** Your code. It may be called again with the same update: make it idempotent, by customerId and revision. */
  private void handle(Map<?, ?> update) {
    System.out.println(Json.write(update));
    System.out.flush();
  }

  public static void main(String[] arguments) throws Exception {
    new FollowKyc().run();
  }

  private void run() throws Exception {
    String cursor = loadCursor();
    for (int failures = 0; ; ) {
      try {
        Map<?, ?> page = page(cursor);
        for (Object node : (List<?>) page.get("nodes")) {
          Map<?, ?> update = (Map<?, ?>) node;
          handle(update);
          cursor = (String) update.get("cursor");
          storeCursor(cursor);
        }
        failures = 0;
        Map<?, ?> info = (Map<?, ?>) page.get("pageInfo");
        // A page that a filter leaves empty still says where the next one starts.
        if (info.get("endCursor") instanceof String end) cursor = end;
        if (!Boolean.TRUE.equals(info.get("hasNextPage"))) Thread.sleep(POLL_MS);
      } catch (GatewayException error) {
        System.err.println(error.getMessage());
        // The journal was restored or replaced: decide yourself what of it you have to handle again.
        if (error.code.equals("CURSOR_UNKNOWN")) System.exit(3);
        if (List.of("FORBIDDEN", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED").contains(error.code)) System.exit(2);
        pause(failures++);
      } catch (IOException error) {
        System.err.println(error);
        pause(failures++);
      }
    }
  }

  /** One page of updates after a cursor. */
  private Map<?, ?> page(String after) throws IOException, InterruptedException, GatewayException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("query", QUERY);
    body.put("variables", Map.of("after", after));
    HttpRequest request =
        HttpRequest.newBuilder(URL)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .header("Authorization", "Bearer " + token())
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    Map<?, ?> answer;
    try {
      answer = (Map<?, ?>) Json.read(response.body());
    } catch (RuntimeException notOfTheGateway) {
      throw new IOException("The gateway answered " + response.statusCode() + ".");
    }
    if (answer.get("errors") instanceof List<?> errors && !errors.isEmpty()) {
      Map<?, ?> error = (Map<?, ?>) errors.get(0);
      String code = error.get("extensions") instanceof Map<?, ?> more ? String.valueOf(more.get("code")) : "UNREACHABLE";
      throw new GatewayException(code, String.valueOf(error.get("message")));
    }
    if (answer.get("data") instanceof Map<?, ?> data && data.get("kycUpdates") instanceof Map<?, ?> page) return page;
    throw new IOException("The gateway answered " + response.statusCode() + ".");
  }

  /** Read before each request, so that a new token is used after the old one has expired. */
  private static String token() throws IOException {
    String file = System.getenv("KYC_TOKEN_FILE");
    return file == null ? setting("KYC_TOKEN", "") : Files.readString(Path.of(file)).strip();
  }

  private static String loadCursor() throws IOException {
    try {
      String cursor = Files.readString(CURSOR_FILE).strip();
      return cursor.isEmpty() ? "earliest" : cursor;
    } catch (NoSuchFileException first) {
      return "earliest";
    }
  }

  /** The old cursor or the new one is on disk, whenever this process or the machine stops. */
  private static void storeCursor(String cursor) throws IOException {
    Path draft = CURSOR_FILE.resolveSibling(CURSOR_FILE.getFileName() + ".new");
    try (FileChannel file =
        FileChannel.open(
            draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(cursor);
      while (bytes.hasRemaining()) file.write(bytes);
      file.force(true);
    }
    Files.move(draft, CURSOR_FILE, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(CURSOR_FILE.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Random, so that consumers that were cut off together do not come back together. */
  private static void pause(int failures) throws InterruptedException {
    long bound = Math.min(LARGEST_PAUSE_MS, 500L << Math.min(failures, 10));
    Thread.sleep(ThreadLocalRandom.current().nextLong(bound + 1));
  }

  private static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** What the gateway reported, with its code. */
  private static final class GatewayException extends Exception {
    private final String code;

    GatewayException(String code, String message) {
      super(code + ": " + message);
      this.code = code;
    }
  }

  /** As much JSON as this program needs. In an application, use the library that it has. */
  private static final class Json {
    private final String text;
    private int at;

    private Json(String text) {
      this.text = text;
    }

    static Object read(String text) {
      Json json = new Json(text);
      Object value = json.value();
      if (json.peek() != '\0') throw json.wrong();
      return value;
    }

    static String write(Object value) {
      if (value instanceof Map<?, ?> map) {
        List<String> members = new ArrayList<>();
        map.forEach((name, member) -> members.add(write(name) + ":" + write(member)));
        return "{" + String.join(",", members) + "}";
      }
      if (value instanceof List<?> list) return "[" + String.join(",", list.stream().map(Json::write).toList()) + "]";
      if (!(value instanceof String string)) return String.valueOf(value);
      StringBuilder quoted = new StringBuilder("\"");
      for (char character : string.toCharArray()) {
        if (character == '"' || character == '\\') quoted.append('\\').append(character);
        else if (character < ' ' || Character.isSurrogate(character)) quoted.append(String.format("\\u%04x", (int) character));
        else quoted.append(character);
      }
      return quoted.append('"').toString();
    }

    private Object value() {
      char first = peek();
      if (first == '{') return object();
      if (first == '[') return list();
      if (first == '"') return string();
      int start = at;
      while (at < text.length() && "{}[],:\"".indexOf(text.charAt(at)) < 0 && text.charAt(at) > ' ') at++;
      return switch (text.substring(start, at)) {
        case "true" -> true;
        case "false" -> false;
        case "null" -> null;
        default -> new java.math.BigDecimal(text.substring(start, at));
      };
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new LinkedHashMap<>();
      take('{');
      while (peek() != '}') {
        String name = string();
        take(':');
        members.put(name, value());
        if (peek() != '}') take(',');
      }
      take('}');
      return members;
    }

    private List<Object> list() {
      List<Object> items = new ArrayList<>();
      take('[');
      while (peek() != ']') {
        items.add(value());
        if (peek() != ']') take(',');
      }
      take(']');
      return items;
    }

    private String string() {
      take('"');
      StringBuilder string = new StringBuilder();
      for (; text.charAt(at) != '"'; at++) {
        char character = text.charAt(at);
        if (character != '\\') {
          string.append(character);
          continue;
        }
        character = text.charAt(++at);
        int escape = "bfnrt".indexOf(character);
        if (character == 'u') {
          string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        } else string.append(escape < 0 ? character : "\b\f\n\r\t".charAt(escape));
      }
      at++;
      return string.toString();
    }

    /** The next character that is not white space; the character 0 at the end. */
    private char peek() {
      while (at < text.length() && text.charAt(at) <= ' ') at++;
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private void take(char expected) {
      if (peek() != expected) throw wrong();
      at++;
    }

    private RuntimeException wrong() {
      return new IllegalArgumentException("Not JSON at character " + at + ".");
    }
  }
}
