package dev.skerry.net.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The plaintext side of TLS over a {@link Wire}. */
final class TlsSource implements ByteSource {
    private final Wire wire;
    private final SSLSocket socket;
    private final InputStream in;
    private final byte[] record = new byte[16 * 1024];

    private TlsSource(Wire wire, SSLSocket socket) throws IOException {
        this.wire = wire;
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Shakes hands over a connected wire, and judges the certificate by {@code host}. */
    static TlsSource handshake(Wire wire, SSLSocketFactory factory, String host, int port)
            throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(wire, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        // A literal address is no server name (RFC 6066 §3); a name without a dot is one.
        boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        parameters.setServerNames(literal ? List.of() : List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new TlsSource(wire, socket);
    }

    SSLSocket socket() {
        return socket;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (into.hasArray()) {
            int count =
                    in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            if (count > 0) {
                into.position(into.position() + count);
            }
            return count;
        }
        int count = in.read(record, 0, Math.min(record.length, into.remaining()));
        if (count > 0) {
            into.put(record, 0, count);
        }
        return count;
    }

    /** Takes session tickets and the like in passing. */
    @Override
    public int readArrived(ByteBuffer into) throws IOException {
        wire.onlyArrived(true);
        try {
            return read(into);
        } catch (SocketTimeoutException nothing) {
            return 0;
        } finally {
            wire.onlyArrived(false);
        }
    }

    /** The JDK reports a FIN as an end too, so only an end without one was a close_notify. */
    @Override
    public boolean endIsClean() {
        return !wire.endSeen();
    }
}
