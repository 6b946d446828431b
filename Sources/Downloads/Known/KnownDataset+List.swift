extension KnownDataset {
  /// The data sets that can be fetched, by name.
  package static let all = [mnist, fashionMNIST, cifar10, cifar100]

  /// The data set of a name; nil where there is none.
  package static func named(_ name: String) -> KnownDataset? { all.first { $0.name == name } }

  /// Y. LeCun, C. Cortes and C. Burges, 60,000 and 10,000 handwritten digits.
  package static let mnist = KnownDataset(
    name: "mnist", summary: "70,000 handwritten digits, 28×28, 10 classes",
    files: files(
      at: [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
      ],
      [
        (
          "train-images-idx3-ubyte.gz", 9_912_422,
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
        ),
        (
          "train-labels-idx1-ubyte.gz", 28_881,
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        ),
        (
          "t10k-images-idx3-ubyte.gz", 1_648_877,
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        ),
        (
          "t10k-labels-idx1-ubyte.gz", 4_542,
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        ),
      ]),
    unpackedFolder: nil, byteCount: 11_594_722)

  /// H. Xiao, K. Rasul and R. Vollgraf, 2017, "Fashion-MNIST".
  package static let fashionMNIST = KnownDataset(
    name: "fashion-mnist", summary: "70,000 pieces of clothing, 28×28, 10 classes",
    files: files(
      at: [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      ],
      [
        (
          "train-images-idx3-ubyte.gz", 26_421_880,
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        (
          "train-labels-idx1-ubyte.gz", 29_515,
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        (
          "t10k-images-idx3-ubyte.gz", 4_422_102,
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        (
          "t10k-labels-idx1-ubyte.gz", 5_148,
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
      ]),
    unpackedFolder: nil, byteCount: 30_878_645)

  /// A. Krizhevsky, 2009, "Learning multiple layers of features from tiny images".
  package static let cifar10 = KnownDataset(
    name: "cifar10", summary: "60,000 pictures in colour, 32×32, 10 classes",
    files: files(
      at: ["https://www.cs.toronto.edu/~kriz/"],
      [
        (
          "cifar-10-binary.tar.gz", 170_052_171,
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
        )
      ]),
    unpackedFolder: "cifar-10-batches-bin", byteCount: 190_000_000)

  /// The same author's pictures of 100 classes.
  package static let cifar100 = KnownDataset(
    name: "cifar100", summary: "60,000 pictures in colour, 32×32, 100 classes",
    files: files(
      at: ["https://www.cs.toronto.edu/~kriz/"],
      [
        (
          "cifar-100-binary.tar.gz", 168_513_733,
          "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"
        )
      ]),
    unpackedFolder: "cifar-100-binary", byteCount: 190_000_000)

  private static func files(
    at folders: [String], _ files: [(name: String, byteCount: Int, sha256: String)]
  ) -> [String: RemoteFile] {
    Dictionary(
      uniqueKeysWithValues: files.map { file in
        (
          file.name,
          RemoteFile(
            addresses: folders.map { $0 + file.name }, byteCount: file.byteCount,
            digest: .sha256(file.sha256))
        )
      })
  }
}
