import Arrays
import CZlib

/// Unpacks a gzip stream (RFC 1952, one or several members) piece by piece, so that no more is
/// ever unpacked than was asked for.
///
/// A class, because zlib keeps the address of its state.
final class GzipStream {
  /// The most bytes that one packed byte can unpack to: a deflate match of 258 bytes in 2 bits.
  static let largestExpansion = 1032

  private let packed: [UInt8]
  private let file: String
  private let state: UnsafeMutablePointer<z_stream>
  private var position = 0
  private var isFinished = false
  /// How many bytes have been unpacked.
  private(set) var unpackedCount = 0

  /// Whether the bytes begin as a gzip stream does.
  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  init(_ packed: [UInt8], file: String) {
    self.packed = packed
    self.file = file
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    // 15: the largest window; 16: gzip's wrapper and checksum.
    let code = inflateInit2_(state, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { stop("gzip: zlib could not start (code \(code)): out of memory") }
  }

  deinit {
    inflateEnd(state)
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// The packed bytes that are not yet consumed.
  var packedRemaining: Int { packed.count - position }

  /// The next bytes, `count` of them or, at the end of the stream, fewer.
  func read(_ count: Int) throws(DatasetError) -> [UInt8] {
    var code = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count && !isFinished && code == Z_OK {
        code = step(into: buffer, &filled)
      }
    }
    unpackedCount += bytes.count
    guard code == Z_OK else { throw corruption(code) }
    return bytes
  }

  /// One call of zlib; Z_OK when the stream may go on or has ended well.
  private func step(into buffer: UnsafeMutableBufferPointer<UInt8>, _ filled: inout Int) -> Int32 {
    let room = Swift.min(buffer.count - filled, Int(UInt32.max))
    let available = Swift.min(packedRemaining, Int(UInt32.max))
    var code = packed.withUnsafeBufferPointer { input in
      state.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress.map { $0 + position })
      state.pointee.avail_in = UInt32(available)
      state.pointee.next_out = buffer.baseAddress.map { $0 + filled }
      state.pointee.avail_out = UInt32(room)
      return inflate(state, Z_NO_FLUSH)
    }
    position += available - Int(state.pointee.avail_in)
    filled += room - Int(state.pointee.avail_out)
    if code == Z_STREAM_END {
      isFinished = packedRemaining == 0
      code = isFinished ? Z_OK : inflateReset(state)
    }
    return code
  }

  private func corruption(_ code: Int32) -> DatasetError {
    let found =
      if code == Z_BUF_ERROR {
        "the end of the file"
      } else if let message = state.pointee.msg {
        String(cString: message)
      } else {
        "zlib error \(code)"
      }
    return DatasetError(
      .corruptGzip, file: file, offset: unpackedCount, found: found,
      expected: "a complete gzip stream")
  }
}
