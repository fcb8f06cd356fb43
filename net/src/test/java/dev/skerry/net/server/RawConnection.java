package dev.skerry.net.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that says exactly what it is told, one byte a char, and waits at most ten seconds. */
final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    RawConnection(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** One response: head without the empty line, and the body, decoded, one char a byte. */
    record Answer(String head, String text) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String field(String name) {
            String wanted = name.toLowerCase(Locale.ROOT) + ":";
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                    .map(line -> line.substring(wanted.length()).strip())
                    .findFirst()
                    .orElse("");
        }

        byte[] content() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    RawConnection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    Answer receive() throws IOException {
        return receive(false);
    }

    Answer receiveToHead() throws IOException {
        return receive(true);
    }

    private Answer receive(boolean toHead) throws IOException {
        String head = head();
        Answer bare = new Answer(head, "");
        int status = bare.status();
        if (toHead || status < 200 || status == 204 || status == 304) {
            return bare;
        }
        if (bare.field("Transfer-Encoding").equals("chunked")) {
            return new Answer(head, latin1(chunks()));
        }
        String length = bare.field("Content-Length");
        byte[] body = length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length));
        return new Answer(head, latin1(body));
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The bytes up to an empty line. */
    String head() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    String line() throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("closed after: " + text);
            }
            if (c == '\n') {
                return text.substring(0, Math.max(0, text.length() - 1));
            }
            text.append((char) c);
        }
    }

    byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("closed after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            all.writeBytes(exactly(size));
            line();
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    /** The next byte, -1 when the server has closed or cut the connection. */
    int readOrEnd() {
        try {
            return in.read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection open", e);
        } catch (IOException e) {
            return -1;
        }
    }

    boolean isClosedByServer() {
        return readOrEnd() < 0;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
