import Foundation
import Glibc
import Synchronization

/// A server on 127.0.0.1 that answers each connection with what a closure makes of the request: one
/// connection at a time, one answer each.
final class LocalServer: Sendable {
  struct Request: Sendable {
    let path: String
    /// By their names in small letters.
    let fields: [String: String]
  }

  /// The bytes of an answer, and how long a pause is made behind each of them.
  typealias Answer = @Sendable (Request) -> [[UInt8]]

  let port: UInt16
  private let listener: Int32
  private let seen = Mutex<[Request]>([])
  var requests: [Request] { seen.withLock { $0 } }

  init(_ answer: @escaping Answer) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(listener, address, length)
        _ = getsockname(listener, address, &length)
      }
    }
    listen(listener, 16)
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { break }
        serve(connection, answer)
        close(connection)
      }
      // Here and not in `stop`: the number could be another server's before this thread sees it.
      close(listener)
    }
  }

  /// Ends the server: the thread's `accept` fails.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  private func serve(_ connection: Int32, _ answer: Answer) {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: text, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      text += buffer[..<count]
    }
    let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 {
        fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    let request = Request(path: String(lines[0].split(separator: " ")[1]), fields: fields)
    seen.withLock { $0.append(request) }
    for piece in answer(request) {
      var done = 0
      while done < piece.count {
        let put = piece.withUnsafeBytes {
          send(connection, $0.baseAddress! + done, piece.count - done, Int32(MSG_NOSIGNAL))
        }
        // The client has had enough.
        if put <= 0 { return }
        done += put
      }
    }
  }
}

/// An answer with these fields; its length is declared unless `length` says another.
func http(
  _ status: String, _ body: [UInt8] = [], fields: [String] = [], length: Int? = nil,
  declaresLength: Bool = true
) -> [UInt8] {
  let declared = declaresLength ? ["Content-Length: \(length ?? body.count)"] : []
  let lines = ["HTTP/1.1 \(status)"] + declared + fields + ["Connection: close", "", ""]
  return Array(lines.joined(separator: "\r\n").utf8) + body
}

/// What a good server answers: all of a file, or the part that was asked for.
func served(_ body: [UInt8], mark: String = "\"1\"", _ request: LocalServer.Request) -> [UInt8] {
  let fields = ["ETag: \(mark)", "Accept-Ranges: bytes"]
  let isSame = request.fields["if-range"].map { $0 == mark } ?? true
  guard let range = request.fields["range"], isSame,
    let start = Int(range.dropFirst("bytes=".count).dropLast()), start < body.count
  else { return http("200 OK", body, fields: fields) }
  return http(
    "206 Partial Content", Array(body[start...]),
    fields: fields + ["Content-Range: bytes \(start)-\(body.count - 1)/\(body.count)"])
}
