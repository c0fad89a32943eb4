//! Public keys that nobody signs with.

/// One of each sort, in base64. Their private keys were thrown away. For a key id that nobody knows they do the work of
/// a key, whatever comes out.
pub(crate) const STAND_INS: [&str; 5] = [
    "MCowBQYDK2VwAyEAWyLrPCD4kag7O574XOGnkCRtbLRpkYJ6E5C+PHwg3Mo=",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZVz57v5R0wwzqo46JXtWOPtIioCl9Q7LvXnWDf3+LoN1u6kHjGkQzaRDhHI0UVIAQuPdECpV2xwC\
     GQlJkPa6MQ==",
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE2U6f/Cc9iufb1N7zvtmtbT8+5wSXDwJbhXYds5u7E+okT6jU6wmUdUf7iDCIHLiWaB4z4ItPvMvUBU3p\
     JmaYMJyb5zXZGBfVZouDGzp6Zxa1XPbjPKQbCXSP/LMYOYdO",
    "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQB9kT9WsEesrlp3eJ3GhNyNp6a8Uo/VXGZtqve1mzC1AC13c6CLSTOjpO0H5CiQGnBWI29fprNTroU\
     YeUAESFgGaEA4u5xoFTIYNfDvPFzDLxxz4/EI0Q79Ss6B0Qr94k0eWKAmWyDDMl7AwEcdBsXXnFjxHKUscU6COsAfuBHrMLEI2o=",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyvdkdsiDQr3E35aPw6s5haLyXQ+dqOVdjs4AdPsmyMEblSWjxBJt9k8soj/vDVPPOwDr\
     0bs8enUgguxHABaelMoc2dhxGzRtQDT5/6E2vIRfVIUP5HlMbsa33+0Sy4O0YZFDk7PhFBQOnneVtByokWpIFe1N0H58c1rAC2L+xWgEdUwPzsRU\
     GoC4IVgI8LWC+YLdmh1HXyq6T/6XZoDDPFiIO9/ZPGK8cxnKhdjMY6MUp7pkR22x3jvf0VvNYq7F2ZfSheUbivu0QTp00xjU/a93huCSeCUy0vc9\
     5Tz6Wl5BLKL8+CdmHnmjM7uA6YQQDLowQW74NWE3+UDZ2vUCRQIDAQAB",
];
