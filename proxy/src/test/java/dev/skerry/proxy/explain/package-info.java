@NullMarked
package dev.skerry.proxy.explain;

import org.jspecify.annotations.NullMarked;
