package dev.skerry.config.routing;

import java.net.InetAddress;

/**
 * A network.
 *
 * @param address its first address
 * @param bits how many leading bits its addresses share: 0 to 32, or 0 to 128
 */
public record Cidr(InetAddress address, int bits) {
    /** What a network looks like, for messages. */
    public static final String FORM = "a network such as 10.0.0.0/8 or 2001:db8::/32";

    /**
     * Reads {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an address alone is a network of one.
     *
     * @throws IllegalArgumentException with a sentence for its author
     */
    public static Cidr of(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is not " + FORM);
        }
        int most = 8 * address.getAddress().length;
        String count = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
        if (!count.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(count) > most) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not " + FORM + ": after the slash stands 0 to " + most);
        }
        Cidr network = new Cidr(address, Integer.parseInt(count));
        if (!network.endsInZeros()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' names an address within a network: its bits after the first "
                            + network.bits
                            + " must be 0");
        }
        return network;
    }

    /** Whether an address lies within. */
    public boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        byte[] first = address.getAddress();
        if (bytes.length != first.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((bytes[bit / 8] ^ first[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    /** As it is written. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }

    private boolean endsInZeros() {
        byte[] bytes = address.getAddress();
        for (int bit = bits; bit < 8 * bytes.length; bit++) {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }
}
