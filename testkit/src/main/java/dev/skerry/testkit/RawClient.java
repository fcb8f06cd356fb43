package dev.skerry.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/1.1 connection under a test's full control: what it sends is sent byte for byte, what it
 * reads is kept as it came. A read that waits longer than 30 seconds fails. One thread at a time,
 * though one may send while another reads.
 */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final WireReader in;
    private final OutputStream out;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Limits.WAIT.toMillis());
        this.in = new WireReader(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Connects to a port on the loopback address. */
    public static RawClient connect(int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Connects to an address. */
    public static RawClient connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    /** Connects with a small receive buffer: a peer soon notices that nobody reads. */
    public static RawClient connectSlow(int port, int receiveBufferBytes) throws IOException {
        return connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), receiveBufferBytes);
    }

    /** Connects by TLS; {@code name} goes into SNI. */
    public static RawClient connectTls(int port, SSLContext context, String name)
            throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket secure =
                (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
        secure.startHandshake();
        return new RawClient(secure);
    }

    private static RawClient connect(InetSocketAddress address, int receiveBufferBytes)
            throws IOException {
        Socket socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(address, (int) Limits.WAIT.toMillis());
        return new RawClient(socket);
    }

    /** Sends bytes, one a char. */
    public RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /**
     * Sends a request without a body.
     *
     * @param lines further field lines, without line ends; {@code Host: localhost} is sent first
     *     unless one of them is a Host
     */
    public RawClient request(String method, String target, String... lines) throws IOException {
        return send(head(method, target, lines) + "\r\n");
    }

    /** Sends a request with a body in UTF-8 and its Content-Length. */
    public RawClient requestWithBody(String method, String target, String body, String... lines)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        send(head(method, target, lines) + "Content-Length: " + bytes.length + "\r\n\r\n");
        return send(bytes);
    }

    /** Sends a GET and reads its response. */
    public RawResponse get(String target, String... lines) throws IOException {
        return request("GET", target, lines).readResponse();
    }

    /**
     * Reads one whole response: interim responses are kept beside it, the body is read as its
     * framing says.
     *
     * @throws EOFException when the connection ends within it
     */
    public RawResponse readResponse() throws IOException {
        return readResponse(false);
    }

    /** Reads the response to a HEAD request, which has no body whatever its fields say. */
    public RawResponse readResponseToHead() throws IOException {
        return readResponse(true);
    }

    private RawResponse readResponse(boolean toHead) throws IOException {
        List<RawResponse> interims = new ArrayList<>();
        RawResponse head = readHead();
        while (head.status() < 200 && head.status() != 101) {
            interims.add(head);
            head = readHead();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = toHead ? List.of() : readBody(head, body);
        return new RawResponse(new HeadLines(head.lines()), interims, trailers, body.toByteArray());
    }

    /** Reads one head, final or interim; the body is left unread. */
    public RawResponse readHead() throws IOException {
        List<String> lines = in.head();
        if (lines == null) {
            throw new EOFException("closed before a response");
        }
        return new RawResponse(new HeadLines(lines), List.of(), List.of(), new byte[0]);
    }

    /**
     * Reads the body that follows a head into a sink, as RFC 9112 §6.3 says.
     *
     * @return the trailer lines
     */
    public List<String> readBody(RawResponse head, OutputStream sink) throws IOException {
        int status = head.status();
        if (status < 200 || status == 204 || status == 304) {
            return List.of();
        }
        String coding = head.field("Transfer-Encoding");
        String length = head.field("Content-Length");
        if (coding != null && coding.toLowerCase(Locale.ROOT).contains("chunked")) {
            return in.copyChunked(sink);
        }
        if (length != null) {
            in.copy(Long.parseLong(length), sink);
        } else {
            in.copyToEnd(sink);
        }
        return List.of();
    }

    /** Reads exactly so many bytes as they come, framing and all. */
    public byte[] readBytes(int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(count);
        in.copy(count, bytes);
        return bytes.toByteArray();
    }

    /** Reads exactly so many bytes; one char a byte. */
    public String readText(int count) throws IOException {
        return new String(readBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Reads all that comes until the peer closes; one char a byte. */
    public String readToEnd() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.copyToEnd(bytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Waits for the peer: true when it closes or resets, false when it sends something. */
    public boolean closedByPeer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Whether bytes are there to be read at this moment. */
    public boolean hasBytes() throws IOException {
        return in.available();
    }

    /** Sends FIN; reading goes on. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Sends RST. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The local port, by which a server may know this connection. */
    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String head(String method, String target, String... lines) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        boolean hostGiven = false;
        for (String line : lines) {
            hostGiven |= line.toLowerCase(Locale.ROOT).startsWith("host:");
        }
        if (!hostGiven) {
            head.append("Host: localhost\r\n");
        }
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }
}
