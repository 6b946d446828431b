/// A file of the network, and how to know that it is the right one.
package struct RemoteFile: Sendable, Hashable {
  /// Where it may be found; tried in this order.
  package var addresses: [String]
  /// Its length in bytes; nil where it is not known.
  package var byteCount: Int?
  /// Its digest; nil where it is not known.
  package var digest: Digest?
  /// More bytes are not taken, where the length is not known.
  package var mostBytes: Int

  package init(
    addresses: [String], byteCount: Int? = nil, digest: Digest? = nil, mostBytes: Int = 4 << 30
  ) {
    self.addresses = addresses
    self.byteCount = byteCount
    self.digest = digest
    self.mostBytes = mostBytes
  }

  /// The bytes beyond which a transfer is broken off.
  var limit: Int { byteCount ?? mostBytes }
}
