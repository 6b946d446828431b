import Foundation
import FoundationNetworking
import Glibc
import Synchronization

/// One answer of a server, written to a partial file while it arrives.
///
/// The session calls on one queue, a call at a time, and nothing else touches the state until the
/// transfer has ended; how it ends is guarded, since a cancelled one may end before it began.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  /// What the caller is told, for a bar.
  typealias Report = @Sendable (_ received: Int, _ total: Int?) -> Void

  private static let mostRedirects = 10

  private let file: RemoteFile
  private let address: String
  private let partial: PartialFile
  private let report: Report
  private let start: Int
  private var descriptor: Int32 = -1
  private var received: Int
  private var expected: Int?
  private var failure: DownloadError?
  private var redirectCount = 0
  /// What the answer makes of the bytes that are there already.
  private(set) var refusal = Refusal.final

  /// What a refused transfer says about another attempt.
  enum Refusal {
    /// The same will be refused again.
    case final
    /// Later it may be granted: the server is overloaded or out of order.
    case passing
    /// The bytes that are there already are no beginning of this file.
    case unlikeBeginning
  }

  private enum Ending {
    case unknown
    case awaited(CheckedContinuation<DownloadError?, Never>)
    case known(DownloadError?)
  }

  private let ending = Mutex(Ending.unknown)

  /// A transfer that goes on behind the first `start` bytes of the partial file.
  init(
    _ file: RemoteFile, from address: String, into partial: PartialFile, start: Int,
    report: @escaping Report
  ) {
    self.file = file
    self.address = address
    self.partial = partial
    self.start = start
    self.report = report
    received = start
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Runs the transfer; why it failed, nil where all has arrived.
  func run(timeout: Double) async -> DownloadError? {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme ?? "") else {
      return error(.connection, "an address", "one that begins with http:// or https://")
    }
    var request = URLRequest(url: url, timeoutInterval: timeout)
    // A packed transfer would be unpacked on the way, and no part of it could be asked for.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if start > 0 {
      request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range")
      if let validator = partial.validator(for: address) {
        request.setValue(validator, forHTTPHeaderField: "If-Range")
      }
    }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.httpShouldSetCookies = false
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    let task = session.dataTask(with: request)
    let failure = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        wait(continuation)
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
    session.invalidateAndCancel()
    return Task.isCancelled ? error(.cancelled, "a cancelled task", "the end of the file") : failure
  }

  /// Gives the end to who waits for it, now or once it is there.
  private func wait(_ continuation: CheckedContinuation<DownloadError?, Never>) {
    let known = ending.withLock { (ending) -> DownloadError?? in
      if case .known(let failure) = ending { return .some(failure) }
      ending = .awaited(continuation)
      return nil
    }
    if let known { continuation.resume(returning: known) }
  }

  private func end(_ failure: DownloadError?) {
    let waiting = ending.withLock { (ending) -> CheckedContinuation<DownloadError?, Never>? in
      defer { ending = .known(failure) }
      if case .awaited(let continuation) = ending { return continuation }
      return nil
    }
    waiting?.resume(returning: failure)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    let target = request.url?.absoluteString ?? "nowhere"
    let isSecure = address.hasPrefix("https:")
    guard target.hasPrefix("https:") || target.hasPrefix("http:") && !isSecure else {
      failure = error(.redirect, target, isSecure ? "an https address" : "an http address")
      completionHandler(nil)
      return
    }
    redirectCount += 1
    if redirectCount > Transfer.mostRedirects {
      failure = error(.redirect, "more redirects", "at most \(Transfer.mostRedirects)")
    }
    completionHandler(failure == nil ? request : nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if failure == nil { failure = accept(response as? HTTPURLResponse) }
    completionHandler(failure == nil ? .allow : .cancel)
  }

  /// Opens the file where the answer is the one that was asked for; otherwise says why not.
  private func accept(_ response: HTTPURLResponse?) -> DownloadError? {
    guard let response else { return error(.refused, "no HTTP answer", "one") }
    let length = response.value(forHTTPHeaderField: "Content-Length").flatMap(Int.init)
    switch response.statusCode {
    case 200: received = 0
    case 206:
      let range = response.value(forHTTPHeaderField: "Content-Range") ?? "none"
      guard start > 0, range.hasPrefix("bytes \(start)-") else {
        refusal = .unlikeBeginning
        return error(.refused, "the range \(range)", "one from byte \(start)")
      }
    case let code:
      // RFC 9110, 15.5.17, 15.5.9 and 15.6; RFC 6585, 4.
      if code == 416 { refusal = .unlikeBeginning }
      if [408, 429].contains(code) || (500..<600).contains(code) { refusal = .passing }
      return error(.refused, "status \(code)", start > 0 ? "200 or 206" : "200")
    }
    if let length {
      guard (0...max(0, file.limit - received)).contains(length) else {
        return error(.tooLarge, "\(length) bytes", "at most \(file.limit)")
      }
      expected = length + received
    }
    let mark =
      response.value(forHTTPHeaderField: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
      ?? response.value(forHTTPHeaderField: "Last-Modified")
    partial.note(validator: mark, for: address)
    do throws(DownloadError) {
      descriptor = try partial.open(keeping: received)
    } catch {
      return error
    }
    report(received, expected ?? file.byteCount)
    return nil
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil else { return }
    if received + data.count > min(expected ?? .max, file.limit) {
      failure = error(.tooLarge, "more bytes", "at most \(min(expected ?? .max, file.limit))")
    } else {
      failure = write(data)
    }
    if failure != nil {
      dataTask.cancel()
      return
    }
    received += data.count
    report(received, expected ?? file.byteCount)
  }

  private func write(_ data: Data) -> DownloadError? {
    data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let put = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if put < 0 && errno == EINTR { continue }
        if put <= 0 { return partial.failure(put < 0 ? errno : ENOSPC) }
        done += put
      }
      return nil
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError problem: (any Error)?
  ) {
    if failure == nil, let problem {
      failure = error(
        descriptor >= 0 ? .endedEarly : .connection, problem.localizedDescription,
        expected.map { "\($0) bytes" } ?? "an answer")
    }
    if failure == nil, descriptor < 0 {
      failure = error(.connection, "no answer", "an answer")
    }
    if failure == nil, let expected, received != expected {
      failure = error(.endedEarly, "\(received) bytes", "\(expected)")
    }
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    end(failure)
  }

  private func error(
    _ reason: DownloadError.Reason, _ found: String, _ expected: String
  ) -> DownloadError {
    DownloadError(reason, address, found: found, expected: expected)
  }
}
