import Crypto
import Datasets
import Downloads
import Testing

@Suite(.serialized) struct KnownDatasetTests {
  @Test("names, addresses and digests", arguments: KnownDataset.all)
  func isSound(_ dataset: KnownDataset) {
    #expect(KnownDataset.named(dataset.name) == dataset)
    for (name, file) in dataset.files {
      #expect(file.addresses.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix(name) })
      #expect(file.digest?.hexadecimal.count == 64 && (file.byteCount ?? 0) > 4000)
    }
  }

  @Test("an archive is fetched, unpacked and removed; a second call asks nobody")
  func fetches() async throws {
    let record = [UInt8](repeating: 3, count: 3073)
    let archive = gzip(
      tar(
        tarMember("bin/", type: "5"), tarMember("bin/test_batch.bin", record),
        tarMember("bin/data_batch_1.bin", record), tarMember("bin/data_batch_2.bin", record),
        tarMember("bin/data_batch_3.bin", record), tarMember("bin/data_batch_4.bin", record),
        tarMember("bin/data_batch_5.bin", record)))
    let digest = SHA256.hash(data: archive).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let server = LocalServer {
      [$0.path == "/m/x.tar.gz" ? served(archive, $0) : http("404 Not Found")]
    }
    defer { server.stop() }
    let dataset = KnownDataset(
      name: "small", summary: "",
      files: [
        "x.tar.gz": RemoteFile(
          addresses: [server.address("/gone")], byteCount: archive.count,
          digest: .sha256(digest.joined()))
      ], unpackedFolder: "bin", byteCount: 1 << 20)
    try await withTemporaryFolder { folder in
      for _ in 0..<2 {
        let path = try await dataset.fetch(into: "\(folder)/data", mirrors: [server.address("/m")])
        #expect(try CIFAR.load(from: path).training.count == 5)
      }
      #expect(try names(in: "\(folder)/data") == ["small"])
      #expect(try names(in: "\(folder)/data/small").count == 6)
      #expect(server.requests.count == 1)
    }
  }
}
