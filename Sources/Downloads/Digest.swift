import Crypto
import Datasets

/// What a file's contents must hash to, in hexadecimal.
package enum Digest: Sendable, Hashable {
  /// SHA-256 (FIPS 180-4).
  case sha256(String)
  /// MD5, where a publisher gives no other; it shows accidents, not forgery.
  case md5(String)

  package var hexadecimal: String {
    switch self {
    case .sha256(let text), .md5(let text): text
    }
  }

  /// The digest of the same kind of a file's contents, read piece by piece.
  package func found(in path: String) throws(DatasetError) -> String {
    switch self {
    case .sha256: try Digest.digest(of: path, SHA256())
    case .md5: try Digest.digest(of: path, Insecure.MD5())
    }
  }

  private static func digest(
    of path: String, _ function: some HashFunction
  ) throws(DatasetError) -> String {
    var function = function
    let file = try OpenFile(path)
    var offset = 0
    while true {
      let piece = try file.read(1 << 20, at: offset)
      if piece.isEmpty { break }
      function.update(data: piece)
      offset += piece.count
    }
    return function.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
