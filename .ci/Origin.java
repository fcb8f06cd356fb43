import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An origin for the smoke test: `java Origin.java PORT`. Counts its answers, each good for a minute. */
public final class Origin {
    private Origin() {}

    public static void main(String[] args) throws Exception {
        int[] count = {0};
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = ("answer " + ++count[0] + "\n").getBytes(StandardCharsets.US_ASCII);
                    exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }
}
