package dev.skerry.net.server;

import io.undertow.protocols.http2.HpackDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP/2 client that shows every frame of a stream, by RFC 9113 and RFC 7541: requests are
 * literals without indexing, over plain TCP with prior knowledge.
 */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final HpackDecoder decoder = new HpackDecoder();
    private int nextStream = 1;

    /**
     * A frame.
     *
     * @param fields of a HEADERS frame: {@code name: value}
     * @param text the payload, one byte a char
     */
    record Frame(int type, int stream, boolean endsStream, List<String> fields, String text) {}

    RawHttp2(InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write(PREFACE);
        send(SETTINGS, 0, 0, new byte[0]);
    }

    /** Sends a request without a body; names and values in turn. Returns the stream. */
    int request(String method, String path, String... fields) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":authority", "localhost");
        literal(block, ":path", path);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            literal(block, fields[i], fields[i + 1]);
        }
        int stream = nextStream;
        nextStream += 2;
        send(HEADERS, END_STREAM | END_HEADERS, stream, block.toByteArray());
        return stream;
    }

    /** Resets a stream. */
    void reset(int stream) throws IOException {
        send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    /** Waits until the server has dealt with all that was sent. */
    void ping() throws IOException {
        send(PING, 0, 0, new byte[8]);
        Frame frame = frame();
        while (frame.type() != PING) {
            frame = frame();
        }
    }

    /** The next frame of any stream, or GOAWAY. */
    Frame next() throws IOException {
        Frame frame = frame();
        while (frame.stream() == 0 && frame.type() != GOAWAY) {
            frame = frame();
        }
        return frame;
    }

    private Frame frame() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        if (type == SETTINGS && (flags & ACK) == 0) {
            send(SETTINGS, ACK, 0, new byte[0]);
        }
        boolean fields = type == HEADERS;
        return new Frame(
                type,
                stream,
                (fields || type == DATA) && (flags & END_STREAM) != 0,
                fields ? decode(payload, flags) : List.of(),
                new String(payload, StandardCharsets.ISO_8859_1));
    }

    private List<String> decode(byte[] block, int flags) throws IOException {
        if ((flags & END_HEADERS) == 0) {
            throw new IOException("a field section in several frames");
        }
        List<String> fields = new ArrayList<>();
        decoder.setHeaderEmitter((name, value, neverIndex) -> fields.add(name + ": " + value));
        try {
            decoder.decode(ByteBuffer.wrap(block), false);
        } catch (Exception e) {
            throw new IOException("not decodable", e);
        }
        return fields;
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        string(block, name);
        string(block, value);
    }

    private static void string(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > 126) {
            throw new IllegalArgumentException("too long for this client");
        }
        block.write(bytes.length);
        block.writeBytes(bytes);
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        socket.getOutputStream().write(frame.array());
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
