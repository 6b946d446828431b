import Crypto
import Downloads
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct DownloaderTests {
  static let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ ($0 >> 8)) }
  static let digest = Digest.sha256(
    SHA256.hash(data: body).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())

  /// Fetches one file from a server that answers so.
  func fetch(
    _ file: RemoteFile = RemoteFile(addresses: [], digest: digest), attempts: Int = 1,
    partial: [UInt8]? = nil, _ answer: @escaping LocalServer.Answer,
    _ body: (String, LocalServer, DownloadError?) throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let server = LocalServer(answer)
      defer { server.stop() }
      var file = file
      file.addresses = [server.address("/file")]
      let path = "\(folder)/file"
      if let partial { try Data(partial).write(to: URL(filePath: path + ".partial")) }
      var failure: DownloadError?
      do throws(DownloadError) {
        try await Downloader(attempts: attempts, timeout: 10).fetch(file, to: path)
      } catch {
        failure = error
      }
      try body(path, server, failure)
    }
  }

  @Test("a whole file, placed under its name alone; a second call asks nobody")
  func fetches() async throws {
    try await withTemporaryFolder { folder in
      let server = LocalServer { [served(Self.body, $0)] }
      defer { server.stop() }
      let file = RemoteFile(
        addresses: [server.address("/a")], byteCount: Self.body.count, digest: Self.digest)
      let progress = Mutex<[Int]>([])
      for _ in 0..<2 {
        try await Downloader().fetch(file, to: "\(folder)/a") { received, total in
          #expect(total == Self.body.count)
          progress.withLock { $0.append(received) }
        }
      }
      #expect(try contents("\(folder)/a") == Self.body)
      #expect(try names(in: folder) == ["a"])
      #expect(server.requests.count == 1)
      let reported = progress.withLock { $0 }
      #expect(reported == reported.sorted() && reported.last == Self.body.count)
    }
  }

  @Test("a server that closes early: the transfer goes on where it ended")
  func resumes() async throws {
    let half: LocalServer.Answer = { request in
      let whole = served(Self.body, request)
      return [request.fields["range"] == nil ? Array(whole.prefix(whole.count / 2)) : whole]
    }
    try await fetch(attempts: 3, half) { (path, server, failure) throws in
      #expect(failure == nil)
      #expect(try contents(path) == Self.body)
      #expect(server.requests.count == 2)
      #expect(server.requests.last?.fields["if-range"] == "\"1\"")
    }
  }

  @Test("what had arrived before a failed call is used by the next")
  func resumesLater() async throws {
    try await withTemporaryFolder { folder in
      let isWhole = Mutex(false)
      let server = LocalServer { request in
        let whole = served(Self.body, request)
        return [isWhole.withLock { $0 } ? whole : Array(whole.prefix(100_000))]
      }
      defer { server.stop() }
      let file = RemoteFile(addresses: [server.address("/a")], digest: Self.digest)
      let error = await #expect(throws: DownloadError.self) {
        try await Downloader(attempts: 1).fetch(file, to: "\(folder)/a")
      }
      #expect(error?.reason == .endedEarly)
      #expect(try names(in: folder) == ["a.partial", "a.partial.validator"])
      isWhole.withLock { $0 = true }
      try await Downloader(attempts: 1).fetch(file, to: "\(folder)/a")
      #expect(try contents("\(folder)/a") == Self.body)
      #expect(server.requests.last?.fields["range"]?.hasPrefix("bytes=9") == true)
    }
  }

  @Test("a file that has changed meanwhile begins anew")
  func restarts() async throws {
    let count = Mutex(0)
    try await fetch(attempts: 3) { request in
      let number = count.withLock {
        $0 += 1; return $0
      }
      if number > 1 { return [served(Self.body, mark: "\"2\"", request)] }
      return [Array(served([UInt8](repeating: 9, count: 200_000), request).prefix(50_000))]
    } _: { (path, _, failure) throws in
      #expect(failure == nil)
      #expect(try contents(path) == Self.body)
    }
  }

  @Test("a beginning of another file is found out by the digest, and fetched anew")
  func refetches() async throws {
    let wrong = [UInt8](repeating: 1, count: 1000)
    try await fetch(attempts: 2, partial: wrong, { [served(Self.body, $0)] }) {
      (path, server, failure) throws in
      #expect(failure == nil && server.requests.count == 2)
      #expect(try contents(path) == Self.body)
    }
  }

  @Test(
    "a server that refuses takes nothing away that has arrived",
    arguments: ["404 Not Found", "503 Service Unavailable", "403 Forbidden"])
  func keeps(status: String) async throws {
    try await withTemporaryFolder { folder in
      let server = LocalServer { request in
        if request.path == "/refusing" { return [http(status)] }
        let whole = served(Self.body, request)
        return [request.fields["range"] == nil ? Array(whole.prefix(100_000)) : whole]
      }
      defer { server.stop() }
      var file = RemoteFile(addresses: [server.address("/a")], digest: Self.digest)
      let downloader = Downloader(attempts: 1)
      await #expect(throws: DownloadError.self) {
        try await downloader.fetch(file, to: "\(folder)/a")
      }
      file.addresses.insert(server.address("/refusing"), at: 0)
      try await downloader.fetch(file, to: "\(folder)/a")
      #expect(try contents("\(folder)/a") == Self.body)
      #expect(server.requests.last?.fields["range"] != nil)
    }
  }

  @Test("a server that is out of order for a while is asked again")
  func waits() async throws {
    let count = Mutex(0)
    try await fetch(attempts: 3) { request in
      let number = count.withLock {
        $0 += 1; return $0
      }
      return [number < 3 ? http("503 Service Unavailable") : served(Self.body, request)]
    } _: { (path, _, failure) throws in
      #expect(failure == nil)
      #expect(try contents(path) == Self.body)
    }
  }

  @Test("where no address gives the file, each says why")
  func saysAll() async throws {
    try await withTemporaryFolder { folder in
      let server = LocalServer { [http("404 Not Found", $0.path == "/b" ? [1] : [])] }
      defer { server.stop() }
      let file = RemoteFile(
        addresses: [server.address("/a"), server.address("/b")], digest: Self.digest)
      let error = await #expect(throws: DownloadError.self) {
        try await Downloader(attempts: 1).fetch(file, to: "\(folder)/x")
      }
      #expect(error?.subject == server.address("/b"))
      #expect(error?.others.map(\.subject) == [server.address("/a")])
      #expect(error?.description.split(separator: "\n").count == 2)
    }
  }

  @Test("a length that overflows behind what has arrived")
  func hugeRest() async throws {
    // Foundation itself stops at lengths from 2⁶³ − 512 on.
    try await fetch(partial: Array(Self.body.prefix(2000))) { _ in
      [
        http(
          "206 Partial Content", fields: ["Content-Range: bytes 2000-3000/4000"],
          length: .max - 1023)
      ]
    } _: { (_, _, failure) throws in
      #expect(failure?.reason == .tooLarge)
    }
  }

  @Test("cancelled before it begins, and while it waits to try again", .timeLimit(.minutes(1)))
  func cancels() async throws {
    try await withTemporaryFolder { folder in
      let server = LocalServer { _ in [http("503 Service Unavailable")] }
      defer { server.stop() }
      let file = RemoteFile(addresses: [server.address("/a")], digest: Self.digest)
      for delay in [0, 1, 30, 150, 400] {
        let task = Task {
          try? await Task.sleep(for: .milliseconds(delay == 0 ? 1000 : 0))
          try await Downloader(attempts: 20).fetch(file, to: "\(folder)/a")
        }
        if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
        task.cancel()
        let result = await task.result
        #expect(throws: DownloadError.self) { try result.get() }
      }
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var file = RemoteFile(addresses: [], digest: digest)
    let reason: DownloadError.Reason
    /// What stays in the folder.
    var left: [String] = []
    let answer: LocalServer.Answer
  }

  static let bad = [
    Bad(testDescription: "another file", reason: .wrongDigest) {
      served(body.reversed(), $0).pieces
    },
    Bad(
      testDescription: "another length", file: RemoteFile(addresses: [], byteCount: body.count + 1),
      reason: .wrongSize
    ) { served(body, $0).pieces },
    Bad(testDescription: "not there", reason: .refused) { _ in http("404 Not Found", [1]).pieces },
    Bad(testDescription: "an error of the server", reason: .refused) { _ in
      http("500 Internal Server Error").pieces
    },
    Bad(
      testDescription: "a length that is too large", reason: .endedEarly,
      left: ["file.partial"]
    ) { _ in http("200 OK", body, length: body.count + 1000).pieces },
    Bad(testDescription: "a length that is too small", reason: .wrongDigest) { _ in
      http("200 OK", body, length: 1000).pieces
    },
    Bad(
      testDescription: "a declared length beyond the limit",
      file: RemoteFile(addresses: [], mostBytes: 1000), reason: .tooLarge
    ) { _ in http("200 OK", body).pieces },
    Bad(
      testDescription: "a body without an end", file: RemoteFile(addresses: [], mostBytes: 1 << 20),
      reason: .tooLarge
    ) { _ in
      [http("200 OK", declaresLength: false)]
        + [[UInt8]](repeating: [UInt8](repeating: 0, count: 1 << 16), count: 2000)
    },
    Bad(testDescription: "a redirect without an end", reason: .redirect) { _ in
      http("302 Found", fields: ["Location: /file"]).pieces
    },
    Bad(testDescription: "no answer", reason: .connection) { _ in [] },
    Bad(testDescription: "no HTTP", reason: .connection) { _ in [Array("hello\r\n\r\n".utf8)] },
  ]

  @Test("servers that are not to be trusted", arguments: bad)
  func rejects(_ example: Bad) async throws {
    try await fetch(example.file, example.answer) { (path, _, failure) throws in
      let isExpected =
        failure?.reason == example.reason
        || example.reason == .connection && failure?.reason == .refused
      #expect(isExpected, "\(failure?.description ?? "no failure")")
      let folder = URL(filePath: path).deletingLastPathComponent().path
      #expect(try names(in: folder) == example.left)
    }
  }

  @Test("a redirect is followed, and a second address is asked where the first fails")
  func followsRedirect() async throws {
    try await withTemporaryFolder { folder in
      let server = LocalServer { request in
        switch request.path {
        case "/old": [http("301 Moved", fields: ["Location: /new"])]
        case "/new": [served(Self.body, request)]
        default: [http("404 Not Found")]
        }
      }
      defer { server.stop() }
      let file = RemoteFile(
        addresses: [server.address("/gone"), server.address("/old")], digest: Self.digest)
      try await Downloader(attempts: 1).fetch(file, to: "\(folder)/a")
      #expect(try contents("\(folder)/a") == Self.body)
      #expect(server.requests.map(\.path) == ["/gone", "/old", "/new"])
    }
  }

  @Test("addresses that are none, and folders that are not there")
  func rejectsAddresses() async throws {
    try await withTemporaryFolder { folder in
      for address in ["file:///etc/passwd", "ftp://127.0.0.1/x", "", "http://127.0.0.1:1/x"] {
        let error = await #expect(throws: DownloadError.self) {
          try await Downloader(attempts: 1, timeout: 5).fetch(
            RemoteFile(addresses: [address]), to: "\(folder)/a")
        }
        #expect(error?.reason == .connection)
      }
      let server = LocalServer { [served(Self.body, $0)] }
      defer { server.stop() }
      let error = await #expect(throws: DownloadError.self) {
        try await Downloader(attempts: 1).fetch(
          RemoteFile(addresses: [server.address("/a")]), to: "\(folder)/no/a")
      }
      #expect(error?.reason == .unwritable)
    }
  }
}

extension [UInt8] {
  /// One piece of an answer.
  fileprivate var pieces: [[UInt8]] { [self] }
}
