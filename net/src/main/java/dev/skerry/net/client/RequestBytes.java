package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skerry.cache.http.FieldList;
import dev.skerry.net.client.HttpClient.Request;

/** Writes request heads: exactly what the caller gave, and the framing of the body. */
final class RequestBytes {
    private RequestBytes() {}

    /**
     * The head of a request (RFC 9112 §3).
     *
     * @throws IllegalArgumentException for what would be read as something else by the peer
     */
    static byte[] head(Request request, boolean last) {
        StringBuilder head = new StringBuilder(512);
        head.append(token(request.method()))
                .append(' ')
                .append(target(request.target()))
                .append(" HTTP/1.1\r\n");
        FieldList fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            line(head, fields.name(i), fields.value(i));
        }
        framing(head, request);
        // RFC 9110 §10.1.4: TE is for this connection, and says so.
        boolean te = fields.contains("TE");
        if (te || last) {
            head.append("Connection: ")
                    .append(te ? last ? "TE, close" : "TE" : "close")
                    .append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private static void line(StringBuilder head, String name, String value) {
        if (name.equalsIgnoreCase("Content-Length")
                || name.equalsIgnoreCase("Transfer-Encoding")
                || name.equalsIgnoreCase("Connection")) {
            throw new IllegalArgumentException("a field that belongs to the connection: " + name);
        }
        head.append(token(name)).append(": ").append(fieldValue(name, value)).append("\r\n");
    }

    private static void framing(StringBuilder head, Request request) {
        if (request.body() == null) {
            // A method that expects content says so even when there is none (RFC 9110 §8.6).
            switch (request.method()) {
                case "POST", "PUT", "PATCH" -> head.append("Content-Length: 0\r\n");
                default -> {}
            }
        } else if (request.bodyLength() < 0) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else {
            head.append("Content-Length: ").append(request.bodyLength()).append("\r\n");
        }
    }

    private static String token(String token) {
        boolean good = !token.isEmpty();
        for (int i = 0; i < token.length(); i++) {
            good &= FieldSection.isTokenChar(token.charAt(i));
        }
        if (!good) {
            throw new IllegalArgumentException("not a token: a method or field name");
        }
        return token;
    }

    private static String target(String target) {
        boolean good = !target.isEmpty();
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            good &= c > ' ' && c != 0x7f && c <= 0xff;
        }
        if (!good) {
            throw new IllegalArgumentException("a target with white space or control characters");
        }
        return target;
    }

    private static String fieldValue(String name, String value) {
        boolean good = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            good &= (c >= ' ' || c == '\t') && c != 0x7f && c <= 0xff;
        }
        if (!good) {
            throw new IllegalArgumentException("the value of " + name + " holds no field content");
        }
        return value;
    }
}
